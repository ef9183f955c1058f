import { ModelLoadingError } from "../errors.js";

/**
 * A file of the checkpoint is missing something, or says what cannot be.
 *
 * @param path of the file, absolute
 */
export function damaged(path: string, problem: string, cause?: unknown): ModelLoadingError {
  return new ModelLoadingError(`${path}: ${problem}`, {
    details: { path, problem },
    ...(cause === undefined ? {} : { cause }),
  });
}
