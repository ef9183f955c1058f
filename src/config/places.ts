/** Where options can be given: the constructor, calls with options of their own, all others. */
export type Place =
  "provider" | "generate" | "embed" | "rerank" | "classify" | "capabilities" | "task";

export const PROVIDER: readonly Place[] = ["provider"];
export const GENERATE: readonly Place[] = ["generate"];
export const PROVIDER_AND_GENERATE: readonly Place[] = ["provider", "generate"];
export const EMBED: readonly Place[] = ["embed"];
export const RERANK: readonly Place[] = ["rerank"];
export const CLASSIFY: readonly Place[] = ["classify"];
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
  capabilities: "getCapabilities()",
  task: "this call",
};

/** Names the place where an option was given, in a message. */
export function nameOfPlace(place: Place): string {
  return NAMES[place];
}

/** Names the places where an option can be given, in a message. */
export function namesOfPlaces(places: readonly Place[]): string {
  const names = places.map((place) => (place === "task" ? "the other calls" : NAMES[place]));
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
