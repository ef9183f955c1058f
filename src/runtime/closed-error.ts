import { InvalidRequestError } from "../errors.js";

/** What a call gets that a cleanup ended, or that came after it. */
export function closedError(): InvalidRequestError {
  return new InvalidRequestError(
    "The provider was cleaned up. Make a new one to use the model again.",
  );
}
