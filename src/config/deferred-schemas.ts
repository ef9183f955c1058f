import type { ZodModule, ZodSchema } from "./zod.js";

/** Schemas of the values that deferred.ts describes in words. */

const DEVICE = /^(?:cpu|metal|mps|(?:cuda|vulkan)(?::\d{1,3})?)$/;
const SIZE = /^\d+(?:\.\d+)?\s*(?:[KMGT]i?)?B$/i;

/** Names that a device map can have, for suggestions. */
export const DEVICE_NAMES = ["auto", "cpu", "cuda", "metal", "mps", "vulkan"];

export function deviceMapSchema(z: ZodModule): ZodSchema {
  const device = z.string().regex(DEVICE);
  return z.union([z.literal("auto"), device, z.record(z.string(), device)]);
}

export function maxMemorySchema(z: ZodModule): ZodSchema {
  return z.record(z.string().regex(DEVICE), z.union([z.int().min(0), z.string().regex(SIZE)]));
}

export function keepAliveSchema(z: ZodModule): ZodSchema {
  // z.number() has no Infinity.
  return z.custom((value) => typeof value === "number" && value >= 0);
}

export function logprobsSchema(z: ZodModule): ZodSchema {
  return z.union([z.boolean(), z.int().min(0).max(100)]);
}

export function listOf(item: (z: ZodModule) => ZodSchema): (z: ZodModule) => ZodSchema {
  return (z) => z.array(item(z));
}

export function oneOrMany(item: (z: ZodModule) => ZodSchema): (z: ZodModule) => ZodSchema {
  return (z) => z.union([item(z), z.array(item(z))]);
}
