import type { NativeFailure } from "../native/binding.js";
import { AbstractLLMError, type AbstractLLMErrorOptions } from "./base.js";
import type { ErrorCode } from "./codes.js";
import {
  AuthenticationError,
  NativeBindingError,
  ProviderConnectionError,
  ResourceError,
} from "./environment.js";
import {
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedFeatureError,
  UnsupportedModelError,
} from "./model.js";
import {
  ContextWindowExceededError,
  GenerationError,
  InvalidParameterError,
  InvalidRequestError,
  MediaError,
  RequestTimeoutError,
} from "./request.js";

type ErrorClass = new (message: string, options: AbstractLLMErrorOptions) => AbstractLLMError;

const CLASS_OF_CODE: Readonly<Record<ErrorCode, ErrorClass>> = {
  INVALID_REQUEST: InvalidRequestError,
  INVALID_PARAMETER: InvalidParameterError,
  CONTEXT_WINDOW_EXCEEDED: ContextWindowExceededError,
  MODEL_NOT_FOUND: ModelNotFoundError,
  MODEL_LOADING: ModelLoadingError,
  UNSUPPORTED_MODEL: UnsupportedModelError,
  UNSUPPORTED_FEATURE: UnsupportedFeatureError,
  RESOURCE: ResourceError,
  GENERATION: GenerationError,
  REQUEST_TIMEOUT: RequestTimeoutError,
  AUTHENTICATION: AuthenticationError,
  PROVIDER_CONNECTION: ProviderConnectionError,
  MEDIA: MediaError,
  NATIVE_UNAVAILABLE: NativeBindingError,
  INTERNAL: AbstractLLMError,
};

/**
 * The public error for a failure of the core.
 * @param callSite an Error made where the user called: failures arrive in a callback
 *   whose own stack says nothing, so the stack of the call is shown instead
 */
export function errorFromNative(failure: NativeFailure, callSite?: Error): AbstractLLMError {
  const { code, message, details } = failure;
  const error = isErrorCode(code)
    ? new CLASS_OF_CODE[code](message, { details })
    : new AbstractLLMError(message, { details: { ...details, native_code: code } });

  return showCallSite(error, callSite);
}

/**
 * A caller's own copy of an error that several calls share, with that caller's stack.
 * Anything but an error of this package stays what it is.
 */
export function withCallSite(error: unknown, callSite: Error | undefined): unknown {
  if (!AbstractLLMError.isInstance(error) || !isErrorCode(error.code)) return error;
  const { message, details, cause } = error;
  const options = { details, ...(cause === undefined ? {} : { cause }) };
  return showCallSite(new CLASS_OF_CODE[error.code](message, options), callSite);
}

function showCallSite(error: AbstractLLMError, callSite: Error | undefined): AbstractLLMError {
  const frames = callSite === undefined ? "" : framesOf(callSite);
  if (frames !== "") error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CLASS_OF_CODE, code);
}

function framesOf(callSite: Error): string {
  const stack = callSite.stack ?? "";
  const start = stack.indexOf("\n    at ");
  return start === -1 ? "" : stack.slice(start);
}
