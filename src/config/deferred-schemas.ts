import * as z from "zod/mini";
import { isDeviceName } from "./device-name.js";

/** Schemas of the values that deferred.ts describes in words. */

const SIZE = /^\d+(?:\.\d+)?\s*(?:[KMGT]i?)?B$/i;

export function deviceMapSchema(): z.ZodMiniType {
  const device = z.string().check(z.refine(isDeviceName));
  return z.union([z.literal("auto"), device, z.record(z.string(), device)]);
}

export function maxMemorySchema(): z.ZodMiniType {
  const device = z.string().check(z.refine(isDeviceName));
  const size = z.union([z.int().check(z.gte(0)), z.string().check(z.regex(SIZE))]);
  return z.record(device, size);
}

export function keepAliveSchema(): z.ZodMiniType {
  // z.number() has no Infinity.
  return z.custom((value) => typeof value === "number" && value >= 0);
}

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
