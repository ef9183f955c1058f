import assert from "node:assert/strict";
import type { AbstractLLMError } from "../../../src/errors.js";

interface ErrorClass<T extends AbstractLLMError> {
  readonly name: string;
  readonly prototype: T;
  new (...args: never[]): T;
}

/** The error of the wanted class that an action throws; fails when it throws another or none. */
export function catchError<T extends AbstractLLMError>(
  wanted: ErrorClass<T>,
  action: () => unknown,
): T {
  try {
    action();
  } catch (error) {
    if (error instanceof wanted) return error;
    throw error;
  }
  return assert.fail(`Nothing was thrown instead of ${wanted.name}`);
}
