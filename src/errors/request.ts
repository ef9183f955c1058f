import { AbstractLLMError, defineErrorClass } from "./base.js";

/** The call itself makes no sense, whatever the model: an empty prompt, a malformed message. */
export class InvalidRequestError extends AbstractLLMError {
  static override readonly code:
    "INVALID_REQUEST" | "INVALID_PARAMETER" | "CONTEXT_WINDOW_EXCEEDED" = "INVALID_REQUEST";
  declare readonly code: typeof InvalidRequestError.code;

  static {
    defineErrorClass(this, "InvalidRequestError");
  }
}

/** What is wrong with an option, for programs. */
export interface InvalidParameterDetails extends Readonly<Record<string, unknown>> {
  readonly parameter: string;
  /** The value itself when it is a JSON scalar, else a short picture of it. */
  readonly value: unknown;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** The valid name or value that was probably meant. */
  readonly nearest?: string;
}

/** An option is unknown, ill-typed, out of range or in the wrong place. */
export class InvalidParameterError extends InvalidRequestError {
  static override readonly code = "INVALID_PARAMETER";
  declare readonly code: typeof InvalidParameterError.code;
  declare readonly details: InvalidParameterDetails;

  static {
    defineErrorClass(this, "InvalidParameterError");
  }
}

/** How much did not fit, for programs. */
export interface ContextWindowDetails extends Readonly<Record<string, unknown>> {
  readonly prompt_tokens?: number;
  readonly max_tokens?: number;
  readonly context_window?: number;
}

/** The prompt, or the prompt and what should follow it, is longer than the context window. */
export class ContextWindowExceededError extends InvalidRequestError {
  static override readonly code = "CONTEXT_WINDOW_EXCEEDED";
  declare readonly code: typeof ContextWindowExceededError.code;
  declare readonly details: ContextWindowDetails;

  static {
    defineErrorClass(this, "ContextWindowExceededError");
  }
}

/** A call did not end within its `timeout`. */
export class RequestTimeoutError extends AbstractLLMError {
  static override readonly code = "REQUEST_TIMEOUT";
  declare readonly code: typeof RequestTimeoutError.code;

  static {
    defineErrorClass(this, "RequestTimeoutError");
  }
}

/** Generation failed after it had started. */
export class GenerationError extends AbstractLLMError {
  static override readonly code = "GENERATION";
  declare readonly code: typeof GenerationError.code;

  static {
    defineErrorClass(this, "GenerationError");
  }
}

/** Which file it is about, and why, for programs. */
export interface MediaDetails extends Readonly<Record<string, unknown>> {
  /** Its path as it was given, its URL without credentials and query, or its place. */
  readonly file?: string;
  /** Its place among the files of the call. */
  readonly index?: number;
  /** What is wrong with it. */
  readonly reason?: string;
  /** Which of `file_limits` it is beyond. */
  readonly limit?: string;
  /** What would help; empty when nothing is known to. */
  readonly remedies?: readonly string[];
}

/** A file that was given as input cannot be read as what it is. */
export class MediaError extends AbstractLLMError {
  static override readonly code = "MEDIA";
  declare readonly code: typeof MediaError.code;
  declare readonly details: MediaDetails;

  static {
    defineErrorClass(this, "MediaError");
  }
}
