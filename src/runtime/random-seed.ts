import { getRandomValues } from "node:crypto";

/** A fresh seed of 32 bits, so that a result can tell how to repeat it. */
export function randomSeed(): number {
  return getRandomValues(new Uint32Array(1))[0] ?? 0;
}
