import { overlay } from "../internal/overlay.js";
import { readOptions } from "./read-options.js";
import type { ResolvedDecodeOptions, ResolvedEncodeOptions } from "./resolved.js";

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveTokenizerOptions(options: unknown): { signal: AbortSignal | undefined } {
  const given = readOptions(options, "tokenizer") as { signal?: AbortSignal };
  return { signal: given.signal };
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveEncodeOptions(options: unknown): ResolvedEncodeOptions {
  const given = readOptions(options, "encode") as Partial<ResolvedEncodeOptions>;
  const defaults: ResolvedEncodeOptions = {
    signal: undefined,
    add_special_tokens: true,
    parse_special: false,
    return_offsets_mapping: false,
  };
  return overlay(defaults, given);
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveDecodeOptions(options: unknown): ResolvedDecodeOptions {
  const given = readOptions(options, "decode") as Partial<ResolvedDecodeOptions>;
  return overlay({ signal: undefined, skip_special_tokens: true }, given);
}
