import { InvalidRequestError } from "../errors.js";

const ended = new WeakSet<object>();

/** What a call gets that comes after a cleanup. */
export function closedError(): InvalidRequestError {
  return new InvalidRequestError(
    "The model was cleaned up. Make a new provider or pipeline to use it again.",
  );
}

/** What a call gets that a cleanup ended. */
export function endedError(): InvalidRequestError {
  const error = closedError();
  ended.add(error);
  return error;
}

/** What a call gets whose error was made from that of an ended one. */
export function alsoEnded(original: unknown, shown: unknown): unknown {
  if (wasEnded(original) && typeof shown === "object" && shown !== null) ended.add(shown);
  return shown;
}

/** Whether a cleanup ended the call that failed with `error`. */
export function wasEnded(error: unknown): boolean {
  return typeof error === "object" && error !== null && ended.has(error);
}
