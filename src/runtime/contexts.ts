import type { NativeNeedVariant } from "../native/binding.js";

/** The smallest context that is chosen where nobody asked for one. */
export const LEAST_CONTEXT = 512;

/** A context with as many cells as tokens, and perhaps another type of cache. */
export function sized(context: number, type = ""): NativeNeedVariant {
  return { contextSize: context, cacheCells: context, cacheTypeK: type, cacheTypeV: type };
}

/** Halves of a number, down to the least context. */
export function smallerContexts(context: number): number[] {
  const sizes: number[] = [];
  for (let size = context; size > LEAST_CONTEXT;) {
    size = Math.max(LEAST_CONTEXT, Math.floor(size / 2));
    sizes.push(size);
  }
  return sizes;
}
