import * as z from "zod/mini";
import { toWellFormed } from "../internal/to-well-formed.js";
import { isLogger } from "./logger.js";

/** Schemas of the values that options.ts describes in words. */

const MAX_STOP_STRINGS = 16;
const MAX_STOP_LENGTH = 1024;
const MAX_BREAKERS = 64;
// The engine cuts longer ones, if need be in the middle of a character.
const MAX_BREAKER_BYTES = 40;

export const STOP_WORDS = `a string of 1 to ${String(MAX_STOP_LENGTH)} characters, or an array of at most ${String(MAX_STOP_STRINGS)} of them`;

export const BREAKERS_WORDS = `an array of at most ${String(MAX_BREAKERS)} strings of 1 to ${String(MAX_BREAKER_BYTES)} bytes`;

export const LABELS_WORDS = "an array of at least one string, none empty";

export function textSchema(): z.ZodMiniType<string> {
  return wellFormed(z.string());
}

/** A name or a path: not blank, and without the NUL that ends strings in C. */
export function nameSchema(): z.ZodMiniType<string> {
  return z.string().check(z.refine((text) => text.trim() !== "" && !text.includes("\0")));
}

/** A name, a path or a URL; URL objects become their text. */
export function modelSchema(): z.ZodMiniType<string> {
  return z.union([
    nameSchema(),
    z.pipe(
      z.custom<URL>(isUrl),
      z.transform(({ href }) => href),
    ),
  ]);
}

/** By shape, not by class: URLs of other realms are as good. */
function isUrl(value: unknown): value is URL {
  if (typeof value !== "object" || value === null) return false;
  const { href, protocol } = value as Partial<URL>;
  return typeof href === "string" && typeof protocol === "string";
}

export function stopSchema(): z.ZodMiniType<readonly string[]> {
  const stop = wellFormed(z.string().check(z.minLength(1), z.maxLength(MAX_STOP_LENGTH)));
  return z.pipe(
    z.union([stop, z.array(stop).check(z.maxLength(MAX_STOP_STRINGS))]),
    z.transform((value) => Object.freeze([...new Set([value].flat())])),
  );
}

export function breakersSchema(): z.ZodMiniType<readonly string[]> {
  const encoder = new TextEncoder();
  const fits = (text: string): boolean => encoder.encode(text).length <= MAX_BREAKER_BYTES;
  const breaker = z.string().check(
    z.minLength(1),
    z.refine((text) => fits(text) && !text.includes("\0")),
  );
  return z.pipe(
    z.array(wellFormed(breaker)).check(z.maxLength(MAX_BREAKERS)),
    z.transform((value) => Object.freeze(value)),
  );
}

export function labelsSchema(): z.ZodMiniType<readonly string[]> {
  const label = wellFormed(z.string().check(z.minLength(1)));
  return z.pipe(
    z.array(label).check(z.minLength(1)),
    z.transform((value) => Object.freeze(value)),
  );
}

export function grammarSchema(): z.ZodMiniType<string> {
  // The engine ends the process at a grammar of this other kind.
  const isGbnf = (text: string): boolean => !text.trimStart().startsWith("%llguidance");
  return wellFormed(nameSchema().check(z.refine(isGbnf)));
}

export function hypothesisSchema(): z.ZodMiniType<string> {
  return wellFormed(z.string().check(z.refine((text) => text.includes("{}"))));
}

export function loggerSchema(): z.ZodMiniType {
  return z.custom(isLogger);
}

export function functionSchema(): z.ZodMiniType {
  return z.custom((value) => typeof value === "function");
}

/** By shape, not by class: signals of other realms and of polyfills are as good. */
export function signalSchema(): z.ZodMiniType {
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

function wellFormed(schema: z.ZodMiniType<string>): z.ZodMiniType<string> {
  return z.pipe(schema, z.transform(toWellFormed));
}

export function logprobsSchema(): z.ZodMiniType {
  return z.union([z.boolean(), z.int().check(z.gte(0), z.lte(100))]);
}
