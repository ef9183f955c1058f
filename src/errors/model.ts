import { AbstractLLMError, defineErrorClass } from "./base.js";

/** There is no model of this name, or no such file or folder. */
export class ModelNotFoundError extends AbstractLLMError {
  static override readonly code = "MODEL_NOT_FOUND";
  declare readonly code: typeof ModelNotFoundError.code;

  static {
    defineErrorClass(this, "ModelNotFoundError");
  }
}

/** The model's files are there but cannot be loaded: empty, truncated, damaged or hostile. */
export class ModelLoadingError extends AbstractLLMError {
  static override readonly code = "MODEL_LOADING";
  declare readonly code: typeof ModelLoadingError.code;

  static {
    defineErrorClass(this, "ModelLoadingError");
  }
}

/** The model is intact, but of an architecture or a format that the engine does not know. */
export class UnsupportedModelError extends AbstractLLMError {
  static override readonly code = "UNSUPPORTED_MODEL";
  declare readonly code: typeof UnsupportedModelError.code;

  static {
    defineErrorClass(this, "UnsupportedModelError");
  }
}

/** A known option or input that this version, or this model, does not serve. */
export class UnsupportedFeatureError extends AbstractLLMError {
  static override readonly code = "UNSUPPORTED_FEATURE";
  declare readonly code: typeof UnsupportedFeatureError.code;

  static {
    defineErrorClass(this, "UnsupportedFeatureError");
  }
}
