import { AbstractLLMError, defineErrorClass, type AbstractLLMErrorOptions } from "./base.js";

/** What was needed, what there is and what helps, for programs. */
export interface ResourceDetails extends Readonly<Record<string, unknown>> {
  readonly device?: string;
  readonly needed_bytes?: number;
  readonly available_bytes?: number;
  /** What would help, the most effective first; empty when nothing is known to. */
  readonly remedies: readonly string[];
}

/** Memory or another resource of a device is not enough. */
export class ResourceError extends AbstractLLMError {
  static override readonly code = "RESOURCE";
  declare readonly code: typeof ResourceError.code;
  declare readonly details: ResourceDetails;

  static {
    defineErrorClass(this, "ResourceError");
  }

  constructor(message: string, options: AbstractLLMErrorOptions = {}) {
    // Programs loop over the remedies without asking whether there are any.
    super(message, { ...options, details: { remedies: [], ...options.details } });
  }
}

/** The Hub refused the token, or asked for one. */
export class AuthenticationError extends AbstractLLMError {
  static override readonly code = "AUTHENTICATION";
  declare readonly code: typeof AuthenticationError.code;

  static {
    defineErrorClass(this, "AuthenticationError");
  }
}

/** The Hub, or another server, could not be reached or did not answer as it should. */
export class ProviderConnectionError extends AbstractLLMError {
  static override readonly code = "PROVIDER_CONNECTION";
  declare readonly code: typeof ProviderConnectionError.code;

  static {
    defineErrorClass(this, "ProviderConnectionError");
  }
}

/** The package's native addon cannot be loaded on this machine; the message says why. */
export class NativeBindingError extends AbstractLLMError {
  static override readonly code = "NATIVE_UNAVAILABLE";
  declare readonly code: typeof NativeBindingError.code;

  static {
    defineErrorClass(this, "NativeBindingError");
  }
}
