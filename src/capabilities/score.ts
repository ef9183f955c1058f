import type { Evidence } from "./evidence.js";
import { parametersOf } from "./parameters.js";
import type { Rule } from "./rule.js";
import { RULES } from "./rules/index.js";
import { isServed } from "./served.js";
import {
  CAPABILITY_NAMES,
  type Capabilities,
  type Capability,
  type CapabilityName,
} from "./types.js";

// Facts from headers and names are never proof.
const MOST = 0.99;
const LIKELY = 0.5;

interface Finding {
  readonly rule: Rule;
  readonly words: string;
}

/**
 * What a model can do by the facts that are known of it; pure. Rules for a capability add up
 * as independent hints do, 1 - (1 - a)(1 - b); rules against it take their share of the rest.
 *
 * @param all whether what the evidence denies, or says nothing of, is listed, too
 */
export function scoreCapabilities(evidence: Evidence, all = false): Capabilities {
  const capabilities: Capabilities = {};
  for (const name of CAPABILITY_NAMES) {
    const capability = score(name, evidence);
    if (all || capability.verdict === "yes") capabilities[name] = capability;
  }
  return capabilities;
}

function score(name: CapabilityName, evidence: Evidence): Capability {
  const findings = RULES.filter(({ capability }) => capability === name).flatMap((rule) => {
    const words = rule.when(evidence);
    return words === undefined ? [] : [{ rule, words }];
  });
  const pro = findings.filter(({ rule }) => rule.against !== true);
  const contra = findings.filter(({ rule }) => rule.against === true);
  const confidence = round(Math.min(MOST, doubt(contra) * (1 - doubt(pro))));
  const verdict = confidence >= LIKELY ? "yes" : contra.length > 0 ? "no" : "unknown";
  return {
    verdict,
    confidence,
    evidence: findings
      .toSorted((a, b) => b.rule.weight - a.rule.weight)
      .map(({ rule, words }) => (rule.against === true ? `against it: ${words}` : words)),
    served: verdict !== "no" && isServed(name, evidence),
    parameters: verdict === "yes" ? parametersOf(name, evidence) : {},
  };
}

/** What hints leave open: the product of what each of them does. */
function doubt(findings: readonly Finding[]): number {
  return findings.reduce((product, { rule }) => product * (1 - rule.weight), 1);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
