/** Where options can be given: the constructor, generate(), and every other call. */
export type Place = "provider" | "generate" | "task";

export const PROVIDER: readonly Place[] = ["provider"];
export const GENERATE: readonly Place[] = ["generate"];
export const PROVIDER_AND_GENERATE: readonly Place[] = ["provider", "generate"];
export const EVERY_CALL: readonly Place[] = ["generate", "task"];

const NAMES: Readonly<Record<Place, string>> = {
  provider: "the constructor",
  generate: "generate()",
  task: "this call",
};

/** Names a place in a message. */
export function nameOfPlace(place: Place): string {
  return NAMES[place];
}
