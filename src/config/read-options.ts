import { UnsupportedFeatureError, type InvalidParameterError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { nearest } from "../internal/nearest.js";
import { DEFERRED, type DeferredOption } from "./deferred.js";
import { detailValue, invalidParameter, showValue } from "./invalid.js";
import { issuePath } from "./issue-path.js";
import { replacedError, replacementOf } from "./legacy.js";
import { isOptionName, OPTIONS, optionNamesAt, type OptionName } from "./options.js";
import { nameOfPlace, namesOfPlaces, type Place } from "./places.js";
import { describeRule, suggestionOf } from "./rules.js";
import { schemaOf } from "./schema.js";

const EXAMPLES: Readonly<Record<Place, string>> = {
  provider: '{ model: "./model.gguf" }',
  generate: "{ max_tokens: 64 }",
  embed: '{ pooling: "mean" }',
  rerank: "{ top_n: 3 }",
  classify: "{ multi_label: true }",
  tokenizer: "{ signal }",
  encode: "{ add_special_tokens: false }",
  decode: "{ skip_special_tokens: false }",
  capabilities: "{ all: true }",
  task: "{ signal }",
};

/**
 * Checks the options given at a place and returns the parsed value of each that is not
 * undefined. Symbols and inherited properties are not options.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 */
export function readOptions(input: unknown, place: Place): Partial<Record<OptionName, unknown>> {
  // Without a prototype, nothing can be read that was not given.
  const parsed = Object.create(null) as Partial<Record<OptionName, unknown>>;
  if (input === undefined) return parsed;
  if (!isPlainObject(input)) throw notAnObject(input, place);

  for (const name of Object.keys(input)) {
    const value = input[name];
    if (!isOptionName(name)) throw unknownOption(name, value, place);
    assertPlace(name, value, place);
    if (value === undefined) continue;
    parsed[name] = parseOption(name, value);
  }
  return parsed;
}

/**
 * For those who take options apart before anybody reads them.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function assertOptions(input: unknown, place: Place): void {
  if (!isPlainObject(input)) throw notAnObject(input, place);
}

function parseOption(name: OptionName, value: unknown): unknown {
  const result = schemaOf(name).safeParse(value);
  if (!result.success) throw invalidValue(name, value, issuePath(result.error.issues));
  if (Object.hasOwn(DEFERRED, name)) {
    assertHonoured(name, DEFERRED[name as keyof typeof DEFERRED], result.data);
  }
  return result.data;
}

function assertHonoured(name: OptionName, option: DeferredOption, value: unknown): void {
  if (option.isHonoured(value)) return;
  const { instead } = option;
  const details = {
    feature: name,
    parameter: name,
    value: detailValue(name, value),
    remedies: [instead],
  };
  throw new UnsupportedFeatureError(
    `The option "${name}" is known, but this version does not serve the value ${showValue(name, value)} yet. ${instead}`,
    { details },
  );
}

function assertPlace(name: OptionName, value: unknown, place: Place): void {
  const { places } = OPTIONS[name];
  if (places.includes(place)) return;
  const allowed = `in ${namesOfPlaces(places)}`;
  throw invalidParameter(
    `The option "${name}" (${showValue(name, value)}) does not belong in ${nameOfPlace(place)}`,
    { parameter: name, value, allowed },
  );
}

function invalidValue(
  name: OptionName,
  value: unknown,
  path: readonly PropertyKey[],
): InvalidParameterError {
  const { rule } = OPTIONS[name];
  const culprit = path.reduce(ownProperty, value);
  const where = path.map((key) => `[${JSON.stringify(key)}]`).join("");
  return invalidParameter(`Invalid value of "${name}"${where}: ${showValue(name, culprit)}`, {
    parameter: name,
    value,
    allowed: describeRule(rule),
    nearest: suggestionOf(rule, culprit),
  });
}

function ownProperty(owner: unknown, key: PropertyKey): unknown {
  if (typeof owner !== "object" || owner === null) return undefined;
  return Object.getOwnPropertyDescriptor(owner, key)?.value as unknown;
}

function unknownOption(name: string, value: unknown, place: Place): InvalidParameterError {
  const replacement = replacementOf(name);
  if (replacement !== undefined && !isElsewhere(replacement.by, place)) {
    const advice = replacement.advice + remarkOnPlace(replacement.by, place);
    return replacedError(name, { ...replacement, advice }, value);
  }

  const names = optionNamesAt(place);
  // What `[ModelParameter.TEMPRATURE]` becomes in JavaScript.
  const remark = name === "undefined" ? ", which a misspelt ModelParameter leads to" : "";
  return invalidParameter(
    `Unknown option ${JSON.stringify(name)} (${showValue(name, value)})${remark}`,
    { parameter: name, value, allowed: names.join(", "), nearest: nearest(name, names) },
  );
}

/** Who tokenises wants no advice about generating. */
function isElsewhere(by: string | undefined, place: Place): boolean {
  const isTokenizers = place === "tokenizer" || place === "encode" || place === "decode";
  return (
    isTokenizers && by !== undefined && isOptionName(by) && !OPTIONS[by].places.includes(place)
  );
}

function remarkOnPlace(by: string | undefined, place: Place): string {
  if (by === undefined || !isOptionName(by) || OPTIONS[by].places.includes(place)) return "";
  return ` It belongs in ${namesOfPlaces(OPTIONS[by].places)}.`;
}

function notAnObject(input: unknown, place: Place): InvalidParameterError {
  return invalidParameter(`Invalid options of ${nameOfPlace(place)}: ${showValue("", input)}`, {
    parameter: "options",
    value: input,
    allowed: `a plain object, for example ${EXAMPLES[place]}`,
  });
}
