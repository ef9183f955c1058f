/** The tasks that models are recommended for. */
export const RECOMMENDATION_TASKS = [
  "text-generation",
  "text2text-generation",
  "vision",
  "speech",
  "embeddings",
  "reranking",
  "code",
  "tools",
  "reasoning",
  "small-devices",
] as const;

export type RecommendationTask = (typeof RECOMMENDATION_TASKS)[number];

/** A model of the catalogue: facts that hold on every machine. */
export interface CatalogueEntry {
  /** The repository on the Hub. */
  readonly model: string;
  /** Why one would take it, in a sentence. */
  readonly description: string;
  readonly tasks: readonly RecommendationTask[];
  /** In billions, all of them. */
  readonly parameters: number;
  /** In billions, those that one token uses; left out: all. */
  readonly active?: number;
  /** As SPDX has it, or the licence's own name. */
  readonly license: string;
  /** In tokens. */
  readonly context: number;
  /** Codes of languages, or "multilingual" for very many. */
  readonly languages: readonly string[];
  /** What its repository, or another well-known one, has: see docs/recommendations.md. */
  readonly formats: readonly ("safetensors" | "gguf")[];
  /** Bytes of keys and values per token of context, in f16; left out: an estimate by size. */
  readonly kvBytesPerToken?: number;
}

/** What a program adds by itself: a name and words, or whatever else it knows. */
export interface CustomRecommendation {
  model: string;
  description: string;
  /** In billions, as all numbers of parameters here. */
  parameters?: number | undefined;
  active_parameters?: number | undefined;
  license?: string | undefined;
  context_length?: number | undefined;
  languages?: readonly string[] | undefined;
  formats?: readonly string[] | undefined;
}

/** One row of getModelRecommendations(). */
export interface ModelRecommendation {
  model: string;
  description: string;
  /** In billions. */
  parameters: number | undefined;
  active_parameters: number | undefined;
  license: string | undefined;
  context_length: number | undefined;
  languages: string[];
  formats: string[];
  /**
   * The best weights with which it fits and answers as fast as one reads; where none do, the
   * fastest that fit, which are the smallest.
   */
  quantization: "none" | "q8_0" | "q4_k_m" | undefined;
  /** Bytes that weights of this type and the cache of a conversation need. */
  needed_bytes: number | undefined;
  /** Whether that is free on this machine; undefined when the size is not known. */
  fits: boolean | undefined;
  /** Tokens per second that it may generate at most; undefined when the size is not known. */
  tokens_per_second: number | undefined;
  /** Whether that follows from a measurement of this machine's memory, or from a guess. */
  is_measured: boolean;
}

/** What a machine offers, for ranking. */
export interface MachineFacts {
  /** Bytes that a model may take now. */
  readonly availableBytes: number;
  /** Bytes per second that memory is read with; undefined: not measured yet. */
  readonly bandwidth: number | undefined;
}

/** What a model of some size and type needs. */
export interface MemoryNeed {
  readonly weightBytes: number;
  readonly cacheBytes: number;
  /** Weights that are read for each token. */
  readonly readBytes: number;
}

/** How ranking finds out what a model needs: an estimate by size, or something exact. */
export type EstimateMemory = (
  model: Pick<CatalogueEntry, "model" | "parameters" | "active" | "kvBytesPerToken">,
  quantization: NonNullable<ModelRecommendation["quantization"]>,
) => MemoryNeed;
