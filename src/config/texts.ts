import { InvalidRequestError } from "../errors.js";
import { plainValue } from "../internal/plain-value.js";
import { preview } from "../internal/preview.js";
import { toWellFormed } from "../internal/to-well-formed.js";

/**
 * Texts given to a call, as valid Unicode.
 * @param name what the caller knows them as
 * @throws {InvalidRequestError} INVALID_REQUEST if they are not an array of strings
 */
export function normaliseTexts(texts: unknown, name: string): string[] {
  if (!Array.isArray(texts)) {
    const allowed = "an array of strings";
    throw new InvalidRequestError(`${name} has to be ${allowed}, not ${preview(texts)}.`, {
      details: { parameter: name, value: plainValue(texts), allowed },
    });
  }
  // Array.from also visits holes.
  return Array.from(texts as unknown[], (text, index) => normaliseText(text, name, index));
}

/**
 * A text given to a call, as valid Unicode.
 * @param index its place in an array of that name
 * @throws {InvalidRequestError} INVALID_REQUEST if it is not a string
 */
export function normaliseText(text: unknown, name: string, index?: number): string {
  if (typeof text === "string") return toWellFormed(text);
  const place = index === undefined ? name : `${name}[${String(index)}]`;
  const allowed = "a string";
  throw new InvalidRequestError(`${place} has to be ${allowed}, and is ${preview(text)}.`, {
    details: {
      parameter: name,
      value: plainValue(text),
      allowed,
      ...(index === undefined ? {} : { index }),
    },
  });
}
