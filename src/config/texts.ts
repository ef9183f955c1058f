import { InvalidRequestError } from "../errors.js";
import { preview } from "../internal/preview.js";
import { toWellFormed } from "../internal/to-well-formed.js";

/**
 * Texts given to a call, as valid Unicode.
 * @param name what the caller knows them as
 * @throws {InvalidRequestError} INVALID_REQUEST if they are not an array of strings
 */
export function normaliseTexts(texts: unknown, name: string): string[] {
  if (!Array.isArray(texts)) {
    throw new InvalidRequestError(`${name} has to be an array of strings, not ${preview(texts)}.`);
  }
  // Array.from also visits holes.
  return Array.from(texts as unknown[], (text, index) =>
    normaliseText(text, `${name}[${String(index)}]`),
  );
}

/** @throws {InvalidRequestError} INVALID_REQUEST if it is not a string */
export function normaliseText(text: unknown, name: string): string {
  if (typeof text === "string") return toWellFormed(text);
  throw new InvalidRequestError(`${name} has to be a string, and is ${preview(text)}.`);
}
