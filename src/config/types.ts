import type { Logger, LogLevel } from "./logger.js";
import type { CacheOptions } from "./types-cache.js";
import type {
  DeferredGenerationOptions,
  DeferredProviderOptions,
  FileInput,
} from "./types-deferred.js";
import type { FileOptions } from "./types-files.js";
import type { HubOptions } from "./types-hub.js";
import type { PlacementOptions } from "./types-placement.js";
import type { ProgressListener } from "./types-progress.js";
import type { SamplingOptions } from "./types-sampling.js";
import type { WeightOptions } from "./types-weights.js";

export type { Logger, LogLevel, LogSink } from "./logger.js";
export type * from "./types-cache.js";
export type * from "./types-deferred.js";
export type * from "./types-messages.js";
export type * from "./types-files.js";
export type * from "./types-hub.js";
export type * from "./types-placement.js";
export type * from "./types-progress.js";
export type * from "./types-sampling.js";
export type * from "./types-tokenizer.js";
export type * from "./types-weights.js";

/** What a call takes that takes long. */
export interface CallOptions {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as the work proceeds. */
  onProgress?: ProgressListener | undefined;
}

/** Options of generation: defaults in the constructor, overridden by those of a call. */
export interface GenerationOptions extends SamplingOptions, FileOptions, DeferredGenerationOptions {
  /**
   * The most tokens to generate.
   * @default 2048
   */
  max_tokens?: number | undefined;
  /**
   * Strings that end the text and do not appear in it: at most 16, of 1 to 1024 characters.
   * @default []
   */
  stop?: string | readonly string[] | undefined;
  /**
   * Put before messages that have no system message; "" for none.
   * @default none
   */
  system_prompt?: string | undefined;
  /**
   * Puts a prompt string through the template of a chat model, as a user's message.
   * false gives the model the string as it is.
   * @default true
   */
  apply_chat_template?: boolean | undefined;
  /**
   * Whether special tokens' text in a prompt string that no template surrounds becomes
   * the tokens, as fill-in-the-middle prompts need it. Do not combine it with text of
   * others.
   * @default false
   */
  parse_special?: boolean | undefined;
  /**
   * Time limit of a call in seconds, its time in the queue included.
   * @default none
   */
  timeout?: number | undefined;
  /**
   * How many answers to the same prompt, 1 to 64; they share the work on it. The text is
   * the first one's; `result()` has all.
   * @default 1
   */
  n?: number | undefined;
  /**
   * Whether `result()` has the log-probability of each token, or with how many
   * alternatives per token, 0 to 100.
   * @default false
   */
  logprobs?: boolean | number | undefined;
  /**
   * Guesses up to so many tokens ahead from what followed the same words earlier in the
   * text, 0 to 64; for answers that repeat their prompt, such as edits. The text stays the
   * same. Models that share no prefixes ignore it. 0 makes no guesses.
   * @default 0
   */
  prompt_lookup_num_tokens?: number | undefined;
  /**
   * Precedence over calls that wait, -100 to 100; each unit counts as having come 16 calls
   * earlier.
   * @default 0
   */
  priority?: number | undefined;
  /**
   * What happens to a prompt that fills the context window: "error", or tokens are left
   * out so that the answer has room, on the "left" (its beginning), in the "middle", or
   * "rolling": on the left, and again whenever the answer fills the window.
   * @default "error"
   */
  truncation_strategy?: "error" | "left" | "middle" | "rolling" | undefined;
}

/** Options of one generate(). */
export interface GenerateOptions extends GenerationOptions, CallOptions {
  /**
   * Says in code that the result will be iterated. Every result can be awaited and
   * iterated, with or without it.
   * @default false
   */
  stream?: boolean | undefined;
  /**
   * Pictures and sound for the model, before the text of the last message of the user.
   * @default []
   */
  files?: readonly FileInput[] | undefined;
}

/** How the vectors of a text's tokens become one: their mean, the first, the last, or not. */
export type Pooling = "mean" | "cls" | "last" | "none";

/** Options of one embed(). */
export interface EmbedOptions extends CallOptions {
  /**
   * With "none", a text's array holds the vectors of all its tokens behind each other.
   * @default as the model's file says; "mean" if it does not
   */
  pooling?: Pooling | undefined;
  /**
   * Whether vectors get a Euclidean length of 1, so that their dot product is their cosine.
   * @default true
   */
  normalize?: boolean | undefined;
}

/** Options of one rerank(). */
export interface RerankOptions extends CallOptions {
  /**
   * How many of the best documents to return.
   * @default all
   */
  top_n?: number | undefined;
  /**
   * Whether results carry the documents themselves.
   * @default false
   */
  return_documents?: boolean | undefined;
}

/** Options of one classify(). */
export interface ClassifyOptions extends CallOptions {
  /**
   * Labels of your own, for models that tell whether one text follows from another (natural
   * language inference).
   * @default the model's
   */
  labels?: readonly string[] | undefined;
  /**
   * Whether several labels can hold at once: each then has a probability of its own,
   * instead of a share of 1.
   * @default false
   */
  multi_label?: boolean | undefined;
  /**
   * What becomes of the model's outputs: "softmax" gives shares of 1, "sigmoid" each label a
   * probability of its own, "none" the outputs themselves. Not together with `labels`.
   * @default as multi_label says
   */
  function_to_apply?: "softmax" | "sigmoid" | "none" | undefined;
  /**
   * With `labels`: the sentence whose truth is asked for, with {} in place of the label.
   * @default "This example is {}."
   */
  hypothesis_template?: string | undefined;
}

/** Options of one getCapabilities(). */
export interface CapabilityOptions extends CallOptions {
  /**
   * Whether to list every capability, those with the verdicts "no" and "unknown" too.
   * @default false
   */
  all?: boolean | undefined;
}

/** Options of `new HuggingFaceProvider(options)`. */
export interface ProviderOptions
  extends
    GenerationOptions,
    CacheOptions,
    HubOptions,
    WeightOptions,
    PlacementOptions,
    DeferredProviderOptions {
  /**
   * A repository of the Hugging Face Hub, which is downloaded on first use ("owner/name",
   * "owner/name@revision", "owner/name:Q4_K_M", "owner/name/file.gguf"); or the path or the
   * file: URL of a .gguf file, or of the folder of a Hugging Face checkpoint. What is there
   * under that path goes before a repository of the same name.
   * @default the embedded model
   */
  model?: string | URL | undefined;
  /**
   * Tokens that prompt and answer may have together.
   * @default the model's own, but at most 8192
   */
  context_window?: number | undefined;
  /**
   * Threads that compute, 1 to 512.
   * @default one per physical core that the process may use, fewer for small models
   */
  threads?: number | undefined;
  /**
   * Gets the log lines of the engine: a function, or an object such as `console`.
   * @default none
   */
  logger?: Logger | undefined;
  /**
   * The least grave level that the logger gets.
   * @default "warn"
   */
  log_level?: LogLevel | undefined;
}
