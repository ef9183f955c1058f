/**
 * Every code that an error of this package can have, in the order of
 * native/core/codes.h: the two lists are one contract.
 */
export const ERROR_CODES = Object.freeze([
  "INVALID_REQUEST",
  "INVALID_PARAMETER",
  "CONTEXT_WINDOW_EXCEEDED",
  "MODEL_NOT_FOUND",
  "MODEL_LOADING",
  "UNSUPPORTED_MODEL",
  "UNSUPPORTED_FEATURE",
  "RESOURCE",
  "GENERATION",
  "REQUEST_TIMEOUT",
  "AUTHENTICATION",
  "PROVIDER_CONNECTION",
  "MEDIA",
  "NATIVE_UNAVAILABLE",
  "INTERNAL",
] as const);

export type ErrorCode = (typeof ERROR_CODES)[number];
