/** Where options can be given: the constructor, calls with options of their own, all others. */
export type Place =
  | "provider"
  | "generate"
  | "embed"
  | "rerank"
  | "classify"
  | "tokenizer"
  | "encode"
  | "decode"
  | "capabilities"
  | "task";

export const PROVIDER: readonly Place[] = ["provider"];
export const GENERATE: readonly Place[] = ["generate"];
export const PROVIDER_AND_GENERATE: readonly Place[] = ["provider", "generate"];
export const EMBED: readonly Place[] = ["embed"];
export const RERANK: readonly Place[] = ["rerank"];
export const CLASSIFY: readonly Place[] = ["classify"];
export const ENCODE: readonly Place[] = ["encode"];
export const DECODE: readonly Place[] = ["decode"];
export const CAPABILITIES: readonly Place[] = ["capabilities"];
export const EVERY_CALL: readonly Place[] = [
  "generate",
  "embed",
  "rerank",
  "classify",
  "capabilities",
  "task",
];

const NAMES: Readonly<Record<Place, string>> = {
  provider: "the constructor",
  generate: "generate()",
  embed: "embed()",
  rerank: "rerank()",
  classify: "classify()",
  tokenizer: "Tokenizer.from()",
  encode: "encode()",
  decode: "decode()",
  capabilities: "getCapabilities()",
  task: "this call",
};

/** Calls that do not tell how far they are. */
export const EVERY_CALL_AND_TOKENIZERS: readonly Place[] = [
  ...EVERY_CALL,
  "tokenizer",
  "encode",
  "decode",
];

/** Names the place where an option was given, in a message. */
export function nameOfPlace(place: Place): string {
  return NAMES[place];
}

/** Not worth naming beside those that have more options. */
const REST: readonly Place[] = ["task", "tokenizer", "encode", "decode"];

/** Names the places where an option can be given, in a message. */
export function namesOfPlaces(places: readonly Place[]): string {
  const isRest = (place: Place): boolean => places.includes("task") && REST.includes(place);
  const names = places.filter((place) => !isRest(place)).map((place) => NAMES[place]);
  if (places.includes("task")) names.push("the other calls");
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
