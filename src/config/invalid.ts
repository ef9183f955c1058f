import { InvalidParameterError, type InvalidParameterDetails } from "../errors.js";
import { plainValue } from "../internal/plain-value.js";
import { preview } from "../internal/preview.js";
import { HIDDEN, isSecret } from "./secrets.js";

/** What is wrong with a parameter. */
export interface Complaint {
  readonly parameter: string;
  readonly value: unknown;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** The valid name or value that was probably meant. */
  readonly nearest?: string | undefined;
}

/** An error whose message is a problem, the likely name, and what is allowed. */
export function invalidParameter(problem: string, complaint: Complaint): InvalidParameterError {
  const { allowed, nearest } = complaint;
  const hint = nearest === undefined ? "" : ` Did you mean ${JSON.stringify(nearest)}?`;
  return parameterError(`${problem}.${hint} Allowed: ${allowed}.`, complaint);
}

/** An error whose message says it all. */
export function parameterError(message: string, complaint: Complaint): InvalidParameterError {
  const { parameter, value, allowed, nearest } = complaint;
  const details: InvalidParameterDetails = {
    parameter,
    value: detailValue(parameter, value),
    allowed,
    ...(nearest === undefined ? {} : { nearest }),
  };
  return new InvalidParameterError(message, { details });
}

/** A value as a message shows it. */
export function showValue(parameter: string, value: unknown): string {
  return isSecret(parameter, value) ? HIDDEN : preview(value);
}

/** A value as the details of an error carry it. */
export function detailValue(parameter: string, value: unknown): string | number | boolean | null {
  return isSecret(parameter, value) ? HIDDEN : plainValue(value);
}
