import type { FileInput, MessageInput } from "../config/types.js";
import { InvalidRequestError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { preview } from "../internal/preview.js";

/** A conversation, as transformers has it. */
export type Chat = readonly MessageInput[];

export function isChat(input: unknown): input is Chat {
  return Array.isArray(input) && input.length > 0 && input.every(isMessage);
}

function isMessage(value: unknown): boolean {
  return isPlainObject(value) && "role" in value && "content" in value;
}

/** A text, or an array of them, as an array; the results have the form of the input. */
export function textsOf(task: string, input: unknown): readonly string[] {
  if (typeof input === "string") return [input];
  const isList = Array.isArray(input) && input.every((item) => typeof item === "string");
  if (isList && input.length > 0) return input;
  throw badInput(task, input, "a string, or an array of strings");
}

/** The form of the input: one result for one text, an array for an array. */
export function likeInput<Result>(input: unknown, results: Result[]): Result | Result[] {
  if (Array.isArray(input)) return results;
  const [first] = results;
  return first === undefined ? results : first;
}

export function badInput(task: string, input: unknown, wanted: string): InvalidRequestError {
  return new InvalidRequestError(
    `The pipeline "${task}" takes ${wanted}, and not ${preview(input)}.`,
    { details: { task } },
  );
}

/** What is asked about a picture or a document. */
export interface Question {
  readonly image: FileInput;
  readonly question: string;
}
