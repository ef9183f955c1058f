import type { InvalidParameterError } from "../errors.js";
import { overlay } from "../internal/overlay.js";
import type { NativeSampling } from "../native/binding.js";
import { GENERATION_DEFAULTS } from "./defaults.js";
import { invalidParameter } from "./invalid.js";
import { toLogSink, type Logger, type LogLevel } from "./logger.js";
import { readOptions } from "./read-options.js";
import type { CacheType, Quantization, WeightDtype } from "./types.js";
import type { ResolvedDeviceMap, ResolvedMaxMemory } from "./resolved-placement.js";
import { resolveWeights } from "./weights.js";
import type {
  ResolvedCallOptions,
  ResolvedCapabilityOptions,
  ResolvedClassifyOptions,
  ResolvedEmbedOptions,
  ResolvedGenerateOptions,
  ResolvedGeneration,
  ResolvedProviderConfig,
  ResolvedRerankOptions,
} from "./resolved.js";

/** What every call may be given. */
const CALL: ResolvedCallOptions = { signal: undefined, onProgress: undefined };

/** What `readOptions` yields where the constructor's options are read. */
interface ParsedProviderOptions extends Partial<ResolvedGeneration> {
  model?: string;
  context_window?: number;
  threads?: number;
  kv_cache_tokens?: number;
  cache_type_k?: CacheType;
  cache_type_v?: CacheType;
  use_flash_attention?: boolean | "auto";
  draft_model?: string;
  mmproj?: string;
  max_queue?: number;
  torch_dtype?: WeightDtype;
  quantization?: Quantization;
  load_in_8bit?: boolean;
  load_in_4bit?: boolean;
  adapter?: string | readonly string[];
  cache_dir?: string;
  token?: string | boolean;
  revision?: string;
  local_files_only?: boolean;
  device_map?: ResolvedDeviceMap;
  max_memory?: ResolvedMaxMemory;
  keep_alive?: number;
  logger?: Logger;
  log_level?: LogLevel;
}

/**
 * The constructor's options, checked and completed.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 */
export function resolveProviderConfig(options: unknown): ResolvedProviderConfig {
  const given = readOptions(options, "provider") as ParsedProviderOptions;
  return Object.freeze({
    model: given.model,
    hub: Object.freeze({
      cache_dir: given.cache_dir,
      token: given.token,
      revision: given.revision,
      local_files_only: given.local_files_only ?? false,
    }),
    context_window: given.context_window,
    threads: given.threads,
    kv_cache_tokens: given.kv_cache_tokens,
    cache_type_k: given.cache_type_k,
    cache_type_v: given.cache_type_v,
    use_flash_attention: given.use_flash_attention ?? "auto",
    draft_model: given.draft_model,
    mmproj: given.mmproj,
    max_queue: given.max_queue ?? 1024,
    weights: resolveWeights(given),
    placement: Object.freeze({
      device_map: given.device_map ?? "auto",
      max_memory: given.max_memory ?? Object.freeze({}),
      keep_alive: given.keep_alive ?? Infinity,
    }),
    logger: given.logger === undefined ? undefined : toLogSink(given.logger),
    log_level: given.log_level ?? "warn",
    generation: overlay(GENERATION_DEFAULTS, given),
  });
}

/**
 * The options of one generate(): the call's own, over the constructor's, over the defaults.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 */
export function resolveGenerateOptions(
  config: ResolvedProviderConfig,
  options: unknown,
): ResolvedGenerateOptions {
  const given = readOptions(options, "generate") as Partial<ResolvedGenerateOptions>;
  return overlay({ ...config.generation, ...CALL, stream: false, files: [] }, given);
}

/**
 * The options of a call that takes no others: preload(), tokenize() and the like.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveCallOptions(options: unknown): ResolvedCallOptions {
  const given = readOptions(options, "task") as Partial<ResolvedCallOptions>;
  return overlay(CALL, given);
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveEmbedOptions(options: unknown): ResolvedEmbedOptions {
  const given = readOptions(options, "embed") as Partial<ResolvedEmbedOptions>;
  return overlay({ ...CALL, pooling: undefined, normalize: true }, given);
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveRerankOptions(options: unknown): ResolvedRerankOptions {
  const given = readOptions(options, "rerank") as Partial<ResolvedRerankOptions>;
  return overlay({ ...CALL, top_n: undefined, return_documents: false }, given);
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveClassifyOptions(options: unknown): ResolvedClassifyOptions {
  const given = readOptions(options, "classify") as Partial<ResolvedClassifyOptions>;
  const defaults = {
    ...CALL,
    labels: undefined,
    multi_label: false,
    function_to_apply: undefined,
    hypothesis_template: "This example is {}.",
  };
  const idle = given.labels === undefined ? "hypothesis_template" : "function_to_apply";
  if (given[idle] !== undefined) throw withoutEffect(idle, given[idle]);
  return overlay(defaults, given);
}

function withoutEffect(
  parameter: "function_to_apply" | "hypothesis_template",
  value: unknown,
): InvalidParameterError {
  const isScores = parameter === "function_to_apply";
  const problem = isScores
    ? "function_to_apply is for the model's own labels, and labels is given"
    : "hypothesis_template is for labels, which are not given";
  const allowed = isScores ? "multi_label beside labels" : "it together with labels";
  return invalidParameter(problem, { parameter, value, allowed });
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function resolveCapabilityOptions(options: unknown): ResolvedCapabilityOptions {
  const given = readOptions(options, "capabilities") as Partial<ResolvedCapabilityOptions>;
  return overlay({ ...CALL, all: false }, given);
}

/** The sampling options as C++ reads them, with the seed that the call got. */
export function toNativeSampling(options: ResolvedGeneration, seed: number): NativeSampling {
  return {
    temperature: options.temperature,
    topK: options.top_k,
    topP: options.top_p,
    minP: options.min_p,
    typicalP: options.typical_p,
    repeatPenalty: options.repetition_penalty,
    frequencyPenalty: options.frequency_penalty,
    presencePenalty: options.presence_penalty,
    penaltyLastN: options.penalty_last_n,
    dryMultiplier: options.dry_multiplier,
    dryBase: options.dry_base,
    dryAllowedLength: options.dry_allowed_length,
    dryPenaltyLastN: options.dry_penalty_last_n,
    drySequenceBreakers: [...options.dry_sequence_breakers],
    xtcProbability: options.xtc_probability,
    xtcThreshold: options.xtc_threshold,
    mirostat: options.mirostat,
    mirostatTau: options.mirostat_tau,
    mirostatEta: options.mirostat_eta,
    logitBias: options.logit_bias.map(([id, bias]) => [id, bias]),
    seed,
    grammar: options.grammar ?? "",
  };
}
