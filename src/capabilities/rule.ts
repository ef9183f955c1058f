import type { Evidence } from "./evidence.js";
import type { CapabilityName } from "./types.js";

/**
 * One line of the table: what a piece of evidence says of a capability. The weight is how far
 * it decides alone, from 0 to 1.
 */
export interface Rule {
  readonly capability: CapabilityName;
  /** Whether it speaks against the capability. */
  readonly against?: true;
  readonly weight: number;
  /** Words for the evidence when the rule applies, else undefined. */
  readonly when: (evidence: Evidence) => string | undefined;
}

/** A rule for a capability. */
export function speaksFor(capability: CapabilityName, weight: number, when: Rule["when"]): Rule {
  return { capability, weight, when };
}

/** A rule against a capability. */
export function speaksAgainst(
  capability: CapabilityName,
  weight: number,
  when: Rule["when"],
): Rule {
  return { capability, weight, when, against: true };
}
