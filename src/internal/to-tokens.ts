import { InvalidParameterError } from "../errors.js";
import { preview } from "./preview.js";

const MAX_TOKEN = 2 ** 31 - 1;

/**
 * Token ids as C++ takes them, `least` of them or more.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function toTokens(tokens: unknown, parameter: string, least: 0 | 1): Int32Array {
  // A copy: the caller may go on using the array while the model loads.
  if (tokens instanceof Int32Array && tokens.length >= least) return tokens.slice();
  const allowed = `token ids: integers of 0 or more${least > 0 ? ", at least one" : ""}`;
  if (typeof tokens !== "object" || tokens === null || !(Symbol.iterator in tokens)) {
    throw invalid(parameter, tokens, allowed);
  }
  const ids: unknown[] = Array.from(tokens as Iterable<unknown>);
  if (ids.length < least) throw invalid(parameter, tokens, allowed);
  for (const id of ids) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > MAX_TOKEN) {
      throw invalid(parameter, id, allowed);
    }
  }
  return Int32Array.from(ids as number[]);
}

function invalid(parameter: string, value: unknown, allowed: string): InvalidParameterError {
  return new InvalidParameterError(`${parameter} has ${preview(value)}; allowed are ${allowed}.`, {
    details: { parameter, value: preview(value), allowed },
  });
}
