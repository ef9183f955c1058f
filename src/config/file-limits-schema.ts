import * as z from "zod/mini";
import { isPlainObject } from "../internal/is-plain-object.js";
import { FILE_LIMITS, type FileLimits } from "./file-limits.js";
import { MAX_INT32 } from "./rules.js";

/** The longest that a timer can wait for, in seconds. */
const MAX_SECONDS = Math.floor(MAX_INT32 / 1000);
const NAMES = Object.keys(FILE_LIMITS);

export const FILE_LIMITS_WORDS = `an object with any of ${NAMES.join(", ")}, all of them integers above 0, seconds also fractions`;

/** Not of zod's objects, which would add to what importing the package loads. */
export function fileLimitsSchema(): z.ZodMiniType<FileLimits> {
  return z.pipe(
    z.custom<FileLimits>(isFileLimits),
    z.transform((limits) => Object.freeze({ ...limits })),
  );
}

function isFileLimits(value: unknown): boolean {
  return isPlainObject(value) && Object.entries(value).every(([name, one]) => isLimit(name, one));
}

function isLimit(name: string, value: unknown): boolean {
  if (!NAMES.includes(name)) return false;
  if (value === undefined) return true;
  if (typeof value !== "number" || !(value > 0)) return false;
  if (name.endsWith("seconds")) return value <= MAX_SECONDS;
  return Number.isSafeInteger(value) && (name === "total_bytes" || value <= MAX_INT32);
}
