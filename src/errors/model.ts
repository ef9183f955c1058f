import { AbstractLLMError, defineErrorClass } from "./base.js";

/** Which model it is about, for programs. */
export interface ModelDetails extends Readonly<Record<string, unknown>> {
  /** As it was given. */
  readonly model?: string;
  /** Where it was looked for. */
  readonly path?: string;
  /** The names of the .gguf files in a folder that was given instead of one. */
  readonly files?: readonly string[];
}

/** What is not served, for programs. */
export interface UnsupportedFeatureDetails extends ModelDetails {
  readonly feature?: string;
  /** The option that asked for it, and its value: itself when it is a JSON scalar. */
  readonly parameter?: string;
  readonly value?: unknown;
  /** What to do instead. */
  readonly remedies?: readonly string[];
}

/** There is no model of this name, or no such file or folder. */
export class ModelNotFoundError extends AbstractLLMError {
  static override readonly code = "MODEL_NOT_FOUND";
  declare readonly code: typeof ModelNotFoundError.code;
  declare readonly details: ModelDetails;

  static {
    defineErrorClass(this, "ModelNotFoundError");
  }
}

/** The model's files are there but cannot be loaded: empty, truncated, damaged or hostile. */
export class ModelLoadingError extends AbstractLLMError {
  static override readonly code = "MODEL_LOADING";
  declare readonly code: typeof ModelLoadingError.code;
  declare readonly details: ModelDetails;

  static {
    defineErrorClass(this, "ModelLoadingError");
  }
}

/** The model is intact, but of an architecture or a format that the engine does not know. */
export class UnsupportedModelError extends AbstractLLMError {
  static override readonly code = "UNSUPPORTED_MODEL";
  declare readonly code: typeof UnsupportedModelError.code;
  declare readonly details: ModelDetails;

  static {
    defineErrorClass(this, "UnsupportedModelError");
  }
}

/** A known option or input that this version, or this model, does not serve. */
export class UnsupportedFeatureError extends AbstractLLMError {
  static override readonly code = "UNSUPPORTED_FEATURE";
  declare readonly code: typeof UnsupportedFeatureError.code;
  declare readonly details: UnsupportedFeatureDetails;

  static {
    defineErrorClass(this, "UnsupportedFeatureError");
  }
}
