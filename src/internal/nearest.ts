import { editDistance } from "./edit-distance.js";

// Longer names are no typing mistakes, and the distance is quadratic in length.
const MAX_NAME_LENGTH = 64;
const MIN_ABBREVIATION_LENGTH = 3;
// Of two candidates at the same distance, the one that goes on where the name ends:
// "q4_k" was to be "q4_k_m" and not "q6_k".
const CONTINUES = -0.5;

/**
 * The candidate that a mistyped name most likely meant, or undefined when none is
 * near. Case and separators do not count, so "topP" finds "top_p".
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;

  const wanted = normalise(name);
  let best: string | undefined;
  let bestDistance = wanted.length;
  for (const candidate of candidates) {
    const distance = distanceTo(normalise(candidate), wanted);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Infinity for what is too far to be a mistake. */
function distanceTo(candidate: string, wanted: string): number {
  const limit = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
  const distance = editDistance(wanted, candidate);
  const continues = candidate.length > wanted.length && candidate.startsWith(wanted);
  if (distance <= limit) return distance + (continues ? CONTINUES : 0);

  // "warning" for "warn", "context" for "context_window".
  const shared = Math.min(wanted.length, candidate.length);
  const isAbbreviation = wanted.slice(0, shared) === candidate.slice(0, shared);
  return isAbbreviation && shared >= MIN_ABBREVIATION_LENGTH ? limit : Infinity;
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, "");
}
