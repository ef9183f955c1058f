import type { ZodMiniType } from "zod/mini";
import { nearest } from "../internal/nearest.js";

/**
 * What values an option takes. The words for people (`describeRule`) and the zod schema
 * (schema.ts) are both made from the rule, so that they cannot say different things.
 */
export type Rule =
  | { readonly kind: "number"; readonly min: number; readonly max: number }
  | { readonly kind: "number-above"; readonly above: number; readonly max: number }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly (string | number | boolean)[] }
  | CustomRule;

/** For what the other kinds cannot say: the words and the schema stand side by side. */
export interface CustomRule {
  readonly kind: "custom";
  readonly words: string;
  readonly schema: () => ZodMiniType;
  /** Names among the values, from which a mistyped one gets its suggestion. */
  readonly names: readonly string[];
  /** What other packages call a value, and its name here. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** Positions, counts and sizes are 32-bit integers in the engine. */
export const MAX_INT32 = 2 ** 31 - 1;

export function number(min: number, max: number): Rule {
  return { kind: "number", min, max };
}

export function numberAbove(above: number, max: number): Rule {
  return { kind: "number-above", above, max };
}

export function integer(min: number, max: number): Rule {
  return { kind: "integer", min, max };
}

export function choice(...choices: readonly (string | number | boolean)[]): Rule {
  return { kind: "choice", choices };
}

export function custom(
  words: string,
  schema: CustomRule["schema"],
  { names = [], aliases = {} }: Partial<Pick<CustomRule, "names" | "aliases">> = {},
): Rule {
  return { kind: "custom", words, schema, names, aliases };
}

/** What a rule allows, in words that continue "Allowed: ". */
export function describeRule(rule: Rule): string {
  switch (rule.kind) {
    case "number":
      return `a number from ${String(rule.min)} to ${String(rule.max)}`;
    case "number-above":
      return `a number above ${String(rule.above)} and up to ${String(rule.max)}`;
    case "integer":
      return `an integer from ${String(rule.min)} to ${String(rule.max)}`;
    case "choice":
      return listInWords(rule.choices.map((value) => JSON.stringify(value)));
    case "custom":
      return rule.words;
  }
}

/** The value that a wrong one most likely meant; undefined when there is none like it. */
export function suggestionOf(rule: Rule, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const alias = value.toLowerCase();
  if (rule.kind === "custom" && Object.hasOwn(rule.aliases, alias)) return rule.aliases[alias];
  return nearest(value, namesOfRule(rule));
}

function namesOfRule(rule: Rule): readonly string[] {
  if (rule.kind === "custom") return rule.names;
  if (rule.kind !== "choice") return [];
  return rule.choices.filter((value) => typeof value === "string");
}

function listInWords(values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}
