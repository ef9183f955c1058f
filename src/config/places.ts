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

/** Names the place where an option was given, in a message. */
export function nameOfPlace(place: Place): string {
  return NAMES[place];
}

/** Names the places where an option can be given, in a message. */
export function namesOfPlaces(places: readonly Place[]): string {
  const names = places.map((place) => (place === "task" ? "the other calls" : NAMES[place]));
  return names.join(" and ");
}
