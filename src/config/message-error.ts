import { InvalidRequestError, UnsupportedFeatureError } from "../errors.js";

/** The error for a message that is not what it has to be. */
export function malformed(index: number, problem: string): InvalidRequestError {
  return new InvalidRequestError(`Message ${String(index)} ${problem}.`, { details: { index } });
}

/** The error for what is known from other libraries, and not served. */
export function unserved(index: number, feature: string, problem: string): UnsupportedFeatureError {
  return new UnsupportedFeatureError(`Message ${String(index)} ${problem}.`, {
    details: { index, feature },
  });
}
