import { toWellFormed } from "../internal/to-well-formed.js";
import type { ZodModule, ZodSchema } from "./zod.js";

/** Schemas of the values that options.ts describes in words. */

const MAX_STOP_STRINGS = 16;
const MAX_STOP_LENGTH = 1024;
const MAX_BREAKERS = 64;
// The engine cuts longer ones, if need be in the middle of a character.
const MAX_BREAKER_BYTES = 40;

export const STOP_WORDS = `a string of 1 to ${String(MAX_STOP_LENGTH)} characters, or an array of at most ${String(MAX_STOP_STRINGS)} of them`;

export const BREAKERS_WORDS = `an array of at most ${String(MAX_BREAKERS)} strings of 1 to ${String(MAX_BREAKER_BYTES)} bytes`;

export function textSchema(z: ZodModule): ZodSchema<string> {
  return z.string().transform(toWellFormed);
}

/** A name or a path: not blank, and without the NUL that ends strings in C. */
export function nameSchema(z: ZodModule): ZodSchema<string> {
  return z.string().refine((text) => text.trim() !== "" && !text.includes("\0"));
}

export function stopSchema(z: ZodModule): ZodSchema<readonly string[]> {
  const stop = z.string().min(1).max(MAX_STOP_LENGTH).transform(toWellFormed);
  return z
    .union([stop, z.array(stop).max(MAX_STOP_STRINGS)])
    .transform((value) => Object.freeze([...new Set([value].flat())]));
}

export function breakersSchema(z: ZodModule): ZodSchema<readonly string[]> {
  const encoder = new TextEncoder();
  const breaker = z
    .string()
    .min(1)
    .refine((text) => encoder.encode(text).length <= MAX_BREAKER_BYTES && !text.includes("\0"))
    .transform(toWellFormed);
  return z
    .array(breaker)
    .max(MAX_BREAKERS)
    .transform((value) => Object.freeze(value));
}

export function grammarSchema(z: ZodModule): ZodSchema<string> {
  // The engine ends the process at a grammar of this other kind.
  const isGbnf = (text: string): boolean => !text.trimStart().startsWith("%llguidance");
  return nameSchema(z).refine(isGbnf).transform(toWellFormed);
}

export function functionSchema(z: ZodModule): ZodSchema {
  return z.custom((value) => typeof value === "function");
}

/** By shape, not by class: signals of other realms and of polyfills are as good. */
export function signalSchema(z: ZodModule): ZodSchema {
  return z.custom((value) => {
    if (typeof value !== "object" || value === null) return false;
    const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
    return (
      typeof aborted === "boolean" &&
      typeof addEventListener === "function" &&
      typeof removeEventListener === "function"
    );
  });
}
