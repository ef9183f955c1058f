import { ModelLoadingError, UnsupportedModelError } from "../errors.js";
import { plainValue } from "../internal/plain-value.js";

/** A file of the checkpoint is missing something, or says what cannot be. */
export function damaged(file: string, problem: string, cause?: unknown): ModelLoadingError {
  return new ModelLoadingError(`${file}: ${problem}`, {
    details: { file, problem },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A setting of the model's configuration that the engine's graph has no way to follow. */
export function unsupportedSetting(
  architecture: string,
  setting: string,
  value: unknown,
  supported: string,
): UnsupportedModelError {
  return new UnsupportedModelError(
    `config.json: ${setting} is ${JSON.stringify(plainValue(value))}; the engine runs ` +
      `${architecture} models with ${supported} only.`,
    { details: { architecture, setting, value: plainValue(value), supported } },
  );
}
