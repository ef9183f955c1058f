import type {
  CacheType,
  FileInput,
  Pooling,
  ProgressListener,
  Quantization,
  WeightDtype,
} from "./types.js";
import type { FileLimits } from "./file-limits.js";
import type { ResolvedPlacement } from "./resolved-placement.js";
import type { LogLevel, LogSink } from "./logger.js";

/** A token id and what is added to its logit; -Infinity forbids the token. */
export type TokenBias = readonly [id: number, bias: number];

/**
 * Options after validation and defaults: every key is there, values have one form, and
 * objects are frozen. Keys keep their public names up to the seam to C++.
 */
export interface ResolvedGeneration {
  readonly temperature: number;
  readonly max_tokens: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly min_p: number;
  readonly typical_p: number;
  readonly repetition_penalty: number;
  readonly frequency_penalty: number;
  readonly presence_penalty: number;
  readonly penalty_last_n: number;
  readonly dry_multiplier: number;
  readonly dry_base: number;
  readonly dry_allowed_length: number;
  readonly dry_penalty_last_n: number;
  readonly dry_sequence_breakers: readonly string[];
  readonly xtc_probability: number;
  readonly xtc_threshold: number;
  readonly mirostat: 0 | 1 | 2;
  readonly mirostat_tau: number;
  readonly mirostat_eta: number;
  /** Sorted by token id. */
  readonly logit_bias: readonly TokenBias[];
  /** undefined: a fresh one for every call. */
  readonly seed: number | undefined;
  readonly stop: readonly string[];
  readonly grammar: string | undefined;
  readonly system_prompt: string | undefined;
  readonly apply_chat_template: boolean;
  readonly parse_special: boolean;
  /** In seconds. */
  readonly timeout: number | undefined;
  readonly n: number;
  readonly logprobs: boolean | number;
  readonly priority: number;
  readonly prompt_lookup_num_tokens: number;
  readonly truncation_strategy: "error" | "left" | "middle" | "rolling";
  /** As given: what is missing has its default where files are read. */
  readonly file_limits: FileLimits;
  readonly allow_local_addresses: boolean;
}

/** What every call takes besides its input. */
export interface ResolvedCallOptions {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ProgressListener | undefined;
}

export interface ResolvedGenerateOptions extends ResolvedGeneration, ResolvedCallOptions {
  readonly stream: boolean;
  readonly files: readonly FileInput[];
}

export interface ResolvedEmbedOptions extends ResolvedCallOptions {
  readonly pooling: Pooling | undefined;
  readonly normalize: boolean;
}

export interface ResolvedRerankOptions extends ResolvedCallOptions {
  readonly top_n: number | undefined;
  readonly return_documents: boolean;
}

export interface ResolvedClassifyOptions extends ResolvedCallOptions {
  readonly labels: readonly string[] | undefined;
  readonly multi_label: boolean;
  readonly function_to_apply: "softmax" | "sigmoid" | "none" | undefined;
  readonly hypothesis_template: string;
}

export interface ResolvedCapabilityOptions extends ResolvedCallOptions {
  readonly all: boolean;
}

export interface ResolvedEncodeOptions {
  readonly signal: AbortSignal | undefined;
  readonly add_special_tokens: boolean;
  readonly parse_special: boolean;
  readonly return_offsets_mapping: boolean;
}

export interface ResolvedDecodeOptions {
  readonly signal: AbortSignal | undefined;
  readonly skip_special_tokens: boolean;
}

export interface ResolvedWeights {
  readonly dtype: WeightDtype;
  readonly quantization: Quantization;
  /** The option that asked for it. */
  readonly quantizedBy: "quantization" | "load_in_8bit" | "load_in_4bit";
  /** Folders of LoRA adapters. */
  readonly adapters: readonly string[];
}

/** As given: what is missing, the environment says where the Hub is used. */
export interface ResolvedHub {
  readonly cache_dir: string | undefined;
  readonly token: string | boolean | undefined;
  readonly revision: string | undefined;
  readonly local_files_only: boolean;
}

export interface ResolvedProviderConfig {
  /** A path, a repository id or the text of a URL; undefined: the embedded model. */
  readonly model: string | undefined;
  readonly hub: ResolvedHub;
  /** In tokens; undefined: the smaller of the model's own and 8192. */
  readonly context_window: number | undefined;
  /** undefined: one per physical core that the process may use. */
  readonly threads: number | undefined;
  /** Tokens in the KV cache, of all calls together; undefined: the context window. */
  readonly kv_cache_tokens: number | undefined;
  /** undefined: "f16", or "f32" for weights of float32. */
  readonly cache_type_k: CacheType | undefined;
  readonly cache_type_v: CacheType | undefined;
  readonly use_flash_attention: boolean | "auto";
  /** A smaller model of the same vocabulary, which guesses ahead. */
  readonly draft_model: string | undefined;
  /** The projector of a GGUF model; undefined: one that lies beside it. */
  readonly mmproj: string | undefined;
  /** Calls that may be unfinished. */
  readonly max_queue: number;
  /** What the weights of a Hugging Face checkpoint become. */
  readonly weights: ResolvedWeights;
  readonly placement: ResolvedPlacement;
  readonly logger: LogSink | undefined;
  readonly log_level: LogLevel;
  /** What generate() starts from: the constructor's options over the defaults. */
  readonly generation: ResolvedGeneration;
}
