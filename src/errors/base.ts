import type { ErrorCode } from "./codes.js";

/** What an error may carry besides its message. */
export interface AbstractLLMErrorOptions {
  /** Plain data for programs; names are snake_case. */
  details?: Readonly<Record<string, unknown>>;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Base of every error that this package raises on purpose. As a class of its own it
 * means a fault in the package (code INTERNAL).
 */
export class AbstractLLMError extends Error {
  static readonly code: ErrorCode = "INTERNAL";

  /** Constant per class; what programs should branch on. */
  readonly code: ErrorCode;
  /** Plain data about the failure, the same for errors of C++ and of TypeScript. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly provider = "huggingface";

  static {
    defineErrorClass(this, "AbstractLLMError");
  }

  constructor(message: string, options: AbstractLLMErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.code = new.target.code;
    this.details = Object.freeze({ ...options.details });
  }

  /**
   * Whether a value is an error of this class or of one below it, also when it comes
   * from another copy of the package, where `instanceof` says no.
   */
  static isInstance<T extends AbstractLLMError>(
    this: { readonly code: ErrorCode; readonly prototype: T },
    value: unknown,
  ): value is T {
    if (typeof value !== "object" || value === null) return false;
    return (value as Record<symbol, unknown>)[brandOf(this.code)] === true;
  }

  /** Message and name are not enumerable in errors; JSON should have them. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, details, provider } = this;
    return { name, code, message, details, provider };
  }
}

/**
 * Marks a class for `isInstance` and fixes its name, which a bundler may change on
 * the class itself.
 */
export function defineErrorClass(
  errorClass: { readonly code: ErrorCode; readonly prototype: AbstractLLMError },
  name: string,
): void {
  Object.defineProperty(errorClass.prototype, brandOf(errorClass.code), { value: true });
  Object.defineProperty(errorClass.prototype, "name", {
    value: name,
    writable: true,
    configurable: true,
  });
}

// Registered symbols are the same in every copy of the package.
function brandOf(code: ErrorCode): symbol {
  return Symbol.for(`abstractllm.error.${code}`);
}
