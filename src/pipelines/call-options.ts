import { invalidParameter, showValue } from "../config/invalid.js";
import { OPTIONS, optionNamesAt, type OptionName } from "../config/options.js";
import type { Place } from "../config/places.js";
import { describeRule } from "../config/rules.js";
import { schemaOf } from "../config/schema.js";
import { UnsupportedFeatureError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { nearest } from "../internal/nearest.js";

/** What an option of transformers means here. */
export interface OptionMeaning {
  /** The option of the provider that it is. */
  readonly as?: OptionName;
  /** Values that mean what happens anyway; any other is not served, for this reason. */
  readonly only?: { readonly values: readonly unknown[]; readonly why: string };
  /** One that the pipeline itself looks at: "boolean", "integer", "string", "object". */
  readonly own?: "boolean" | "integer" | "string";
}

export type OptionTable = Readonly<Record<string, OptionMeaning>>;

/** A call's options, sorted: the provider's under its names, and the pipeline's own. */
export interface MappedOptions {
  readonly provider: Record<string, unknown>;
  readonly own: Readonly<Record<string, unknown>>;
}

const OWN_WORDS = {
  boolean: "true or false",
  integer: "a whole number above 0",
  string: "a string",
};

/**
 * Reads the options of a pipeline's call: those of transformers by its table, and those of the
 * provider's method under their own names.
 *
 * @param task for messages
 * @param place the provider's method that gets the options
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 */
export function mapOptions(
  task: string,
  given: unknown,
  table: OptionTable,
  place: Place,
): MappedOptions {
  const provider: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  if (given === undefined) return { provider, own };
  if (!isPlainObject(given)) {
    throw invalidParameter(`Invalid options of the pipeline "${task}": ${showValue("", given)}`, {
      parameter: "options",
      value: given,
      allowed: "a plain object",
    });
  }
  const givenAs = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const meaning = Object.hasOwn(table, name) ? table[name] : undefined;
    const target = meaning?.as ?? name;
    const other = givenAs.get(target);
    if (other !== undefined) throw givenTwice(other, name, value);
    givenAs.set(target, name);
    if (meaning !== undefined) assign(name, value, meaning, { provider, own });
    else if (optionNamesAt(place).some((known) => known === name)) provider[name] = value;
    else throw unknownOption(task, name, value, [...Object.keys(table), ...optionNamesAt(place)]);
  }
  return { provider, own };
}

function assign(
  name: string,
  value: unknown,
  { as, only, own }: OptionMeaning,
  mapped: { provider: Record<string, unknown>; own: Record<string, unknown> },
): void {
  if (only !== undefined && !only.values.includes(value)) {
    throw new UnsupportedFeatureError(
      `The option "${name}" with ${showValue(name, value)} is not served: ${only.why}.`,
      { details: { parameter: name, value: showValue(name, value) } },
    );
  }
  if (as !== undefined) {
    const { rule } = OPTIONS[as];
    if (!schemaOf(as).safeParse(value).success) throw invalid(name, value, describeRule(rule));
    mapped.provider[as] = value;
  }
  if (own !== undefined) {
    const isRight =
      own === "integer"
        ? Number.isSafeInteger(value) && (value as number) > 0
        : typeof value === own;
    if (!isRight) throw invalid(name, value, OWN_WORDS[own]);
    mapped.own[name] = value;
  }
}

function invalid(name: string, value: unknown, allowed: string): Error {
  const problem = `Invalid value of "${name}": ${showValue(name, value)}`;
  return invalidParameter(problem, { parameter: name, value, allowed });
}

function givenTwice(first: string, name: string, value: unknown): Error {
  return invalidParameter(`"${first}" and "${name}" are the same option, and both are given`, {
    parameter: name,
    value,
    allowed: "one of the two",
  });
}

function unknownOption(
  task: string,
  name: string,
  value: unknown,
  names: readonly string[],
): Error {
  return invalidParameter(
    `Unknown option ${JSON.stringify(name)} (${showValue(name, value)}) of the pipeline "${task}"`,
    { parameter: name, value, allowed: names.join(", "), nearest: nearest(name, names) },
  );
}
