import { InvalidRequestError, type InvalidParameterError } from "../errors.js";
import { preview } from "../internal/preview.js";
import { toWellFormed } from "../internal/to-well-formed.js";
import { invalidParameter } from "./invalid.js";
import { MAX_INT32 } from "./rules.js";

const TOKENS = "token ids: an Int32Array, an array or another iterable of integers, not empty";
const TOKEN = `an integer from 0 to ${String(MAX_INT32)}`;

/** What score() takes, in one of its two forms. */
export type ScoreInput = { readonly text: string } | { readonly tokens: Int32Array };

/**
 * A text as C++ takes it.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function parseText(text: unknown): string {
  if (typeof text === "string") return toWellFormed(text);
  const remark = Array.isArray(text)
    ? "; the result() of generate(messages, { max_tokens: 1 }) counts the tokens of messages"
    : "";
  throw invalidParameter(`Invalid text: ${preview(text)}`, {
    parameter: "text",
    value: text,
    allowed: `a string${remark}`,
  });
}

/**
 * Token ids as C++ takes them.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function parseTokens(tokens: unknown): Int32Array {
  // A copy: the caller may go on using the array while the model loads.
  if (tokens instanceof Int32Array) return tokens.slice();
  if (!isIterable(tokens)) throw invalidTokens(tokens);
  const ids: unknown[] = Array.from(tokens);
  for (const [index, id] of ids.entries()) {
    if (!isTokenId(id)) {
      const problem = `Invalid token id: ${preview(id)} at [${String(index)}]`;
      throw invalidParameter(problem, { parameter: "tokens", value: id, allowed: TOKEN });
    }
  }
  return Int32Array.from(ids as number[]);
}

/**
 * What score() was given.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {InvalidRequestError} INVALID_REQUEST for an empty text
 */
export function parseScoreInput(input: unknown): ScoreInput {
  if (isIterable(input)) {
    const tokens = parseTokens(input);
    if (tokens.length === 0) throw invalidTokens(input);
    return { tokens };
  }
  if (typeof input !== "string") {
    throw invalidParameter(`Invalid input: ${preview(input)}`, {
      parameter: "input",
      value: input,
      allowed: `a string, or ${TOKENS}`,
    });
  }
  if (input === "") {
    throw new InvalidRequestError("The text is empty: there is nothing to score.");
  }
  return { text: toWellFormed(input) };
}

/** Strings are iterable, too, but their characters are no ids. */
function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isTokenId(id: unknown): id is number {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= MAX_INT32;
}

function invalidTokens(value: unknown): InvalidParameterError {
  return invalidParameter(`Invalid tokens: ${preview(value)}`, {
    parameter: "tokens",
    value,
    allowed: TOKENS,
  });
}
