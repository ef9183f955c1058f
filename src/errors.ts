/** Every error class of the package, and the way from a failure of C++ to one of them. */
export { AbstractLLMError, type AbstractLLMErrorOptions } from "./errors/base.js";
export { ERROR_CODES, type ErrorCode } from "./errors/codes.js";
export {
  AuthenticationError,
  NativeBindingError,
  ProviderConnectionError,
  ResourceError,
  type ResourceDetails,
} from "./errors/environment.js";
export { errorFromNative, withCallSite } from "./errors/from-native.js";
export {
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedFeatureError,
  UnsupportedModelError,
  type ModelDetails,
  type UnsupportedFeatureDetails,
} from "./errors/model.js";
export {
  ContextWindowExceededError,
  GenerationError,
  InvalidParameterError,
  InvalidRequestError,
  MediaError,
  RequestTimeoutError,
  type ContextWindowDetails,
  type InvalidParameterDetails,
  type MediaDetails,
} from "./errors/request.js";
