import { PROVIDER, PROVIDER_AND_GENERATE, type Place } from "./places.js";
import { choice, custom, type Rule } from "./rules.js";
import { listOf, toolSchema } from "./deferred-schemas.js";

/**
 * An option that is part of the public surface but not served in full yet. It is
 * type-checked like any other, and then accepted only where the package already does
 * what the value asks for: nothing is ever ignored.
 */
export interface DeferredOption {
  readonly places: readonly Place[];
  readonly rule: Rule;
  /** Whether today's behaviour is what the value asks for. */
  readonly isHonoured: (value: unknown) => boolean;
  /** What to do meanwhile: a sentence of its own. */
  readonly instead: string;
}

const only =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const empty = (value: unknown): boolean => Object.keys(value as object).length === 0;

const TRUE_OR_FALSE = choice(true, false);

export const DEFERRED = {
  trust_remote_code: {
    places: PROVIDER,
    rule: TRUE_OR_FALSE,
    isHonoured: only(false),
    instead: "Leave it out: code that comes with a model is never run.",
  },
  tools: {
    places: PROVIDER_AND_GENERATE,
    rule: custom("an array of tool definitions", listOf(toolSchema)),
    isHonoured: empty,
    instead: "Describe the tools in the prompt, and bind the answer with grammar.",
  },
} as const satisfies Record<string, DeferredOption>;
