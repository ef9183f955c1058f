import { editDistance } from "../internal/edit-distance.js";

/** What an unknown class or model type may have to do with the known ones. */
export interface SimilarNames {
  /** The name that was probably meant, when all that differs are a few letters. */
  readonly typo: string | undefined;
  /** Names of models of the same maker or line: theirs is another computation. */
  readonly similar: readonly string[];
}

// Of longer names; one letter of shorter ones, none of the shortest.
const MAX_TYPOS = 2;
const LETTERS_PER_TYPO = 5;
const MIN_SHARED = 4;
const MAX_SIMILAR = 4;
// No name is longer, and the distance is quadratic in length.
const MAX_LENGTH = 100;

/** Compares without case. */
export function similarNames(name: string, known: readonly string[]): SimilarNames {
  if (name.length > MAX_LENGTH) return { typo: undefined, similar: [] };
  const typo = known.find((other) => isTypo(name.toLowerCase(), other.toLowerCase()));
  return { typo, similar: sharing(name, known) };
}

/**
 * Models are told apart by numbers and by what is added to names: "gemma3n" and "llama4"
 * are no misspelt "gemma3" and "llama".
 */
function isTypo(name: string, other: string): boolean {
  const [stem, otherStem] = [stemOf(name), stemOf(other)];
  const continues =
    stem !== otherStem && (stem.startsWith(otherStem) || otherStem.startsWith(stem));
  const limit = Math.min(MAX_TYPOS, Math.floor(name.length / LETTERS_PER_TYPO));
  return !continues && digitsOf(name) === digitsOf(other) && editDistance(name, other) <= limit;
}

/** The name of the model, without what a class is for. */
function stemOf(name: string): string {
  return name.replace(/(?:for.*|model)$/, "");
}

function digitsOf(name: string): string {
  return name.replaceAll(/\D/g, "");
}

/** The names with the longest common start, when that says anything. */
function sharing(name: string, known: readonly string[]): string[] {
  const lengths = known.map((other) => sharedStart(name.toLowerCase(), other.toLowerCase()));
  const most = Math.max(MIN_SHARED, ...lengths);
  const found = known.filter((_, index) => lengths[index] === most);
  // Some classes were once written with other capitals.
  const byName = new Map(found.toReversed().map((other) => [other.toLowerCase(), other]));
  return [...byName.values()].reverse().slice(0, MAX_SIMILAR);
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
