import * as z from "zod/mini";

/** Schemas of the values that deferred.ts describes in words. */

/** Every file that a later version may take: text, or an object of whatever class. */
export function fileSchema(): z.ZodMiniType {
  return z.union([z.string(), z.custom((value) => typeof value === "object" && !!value)]);
}

export function toolSchema(): z.ZodMiniType {
  return z.record(z.string(), z.unknown());
}

export function listOf(item: () => z.ZodMiniType): () => z.ZodMiniType {
  return () => z.array(item());
}

export function oneOrMany(item: () => z.ZodMiniType): () => z.ZodMiniType {
  return () => z.union([item(), z.array(item())]);
}
