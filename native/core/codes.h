// The error codes, once. The binding exports their names, and a test compares
// them with the TypeScript list (src/errors/codes.ts) and with the README's table.
#pragma once

// Order is part of the contract: it is the order of ERROR_CODES in TypeScript.
#define ABSTRACTLLM_CODES(X)                           \
  X(kInvalidRequest, "INVALID_REQUEST")                \
  X(kInvalidParameter, "INVALID_PARAMETER")            \
  X(kContextWindowExceeded, "CONTEXT_WINDOW_EXCEEDED") \
  X(kModelNotFound, "MODEL_NOT_FOUND")                 \
  X(kModelLoading, "MODEL_LOADING")                    \
  X(kUnsupportedModel, "UNSUPPORTED_MODEL")            \
  X(kUnsupportedFeature, "UNSUPPORTED_FEATURE")        \
  X(kResource, "RESOURCE")                             \
  X(kGeneration, "GENERATION")                         \
  X(kRequestTimeout, "REQUEST_TIMEOUT")                \
  X(kAuthentication, "AUTHENTICATION")                 \
  X(kProviderConnection, "PROVIDER_CONNECTION")        \
  X(kMedia, "MEDIA")                                   \
  X(kNativeUnavailable, "NATIVE_UNAVAILABLE")          \
  X(kInternal, "INTERNAL")

namespace abstractllm {

enum class Code {
  kOk,
#define ABSTRACTLLM_CODE_VALUE(value, name) value,
  ABSTRACTLLM_CODES(ABSTRACTLLM_CODE_VALUE)
#undef ABSTRACTLLM_CODE_VALUE
  // Never leaves the package: TypeScript rejects with the signal's reason instead.
  kAborted,
};

// "INVALID_REQUEST", ...; "OK" and "ABORTED" for the two that are not public.
const char* CodeName(Code code);

}  // namespace abstractllm
