import type { Logger, LogLevel } from "./logger.js";
import type {
  DeferredGenerationOptions,
  DeferredProviderOptions,
  FileInput,
} from "./types-deferred.js";
import type { SamplingOptions } from "./types-sampling.js";
import type { WeightOptions } from "./types-weights.js";

export type { Logger, LogLevel, LogSink } from "./logger.js";
export type * from "./types-deferred.js";
export type * from "./types-sampling.js";
export type * from "./types-weights.js";

/** How far a stage is; the unit of `done` and `total` is bytes, or tokens in "prefill". */
export interface Progress {
  stage: "download" | "load" | "prefill";
  done: number;
  total: number;
}

export type ProgressListener = (progress: Progress) => void;

/** What a call takes that takes long. */
export interface CallOptions {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called as the work proceeds. */
  onProgress?: ProgressListener;
}

/** Options of generation: defaults in the constructor, overridden by those of a call. */
export interface GenerationOptions extends SamplingOptions, DeferredGenerationOptions {
  /**
   * The most tokens to generate.
   * @default 2048
   */
  max_tokens?: number;
  /**
   * Strings that end the text and do not appear in it: at most 16, of 1 to 1024 characters.
   * @default []
   */
  stop?: string | readonly string[];
  /**
   * Put before messages that have no system message; "" for none.
   * @default none
   */
  system_prompt?: string;
  /**
   * Puts a prompt string through the template of a chat model, as a user's message.
   * false gives the model the string as it is.
   * @default true
   */
  apply_chat_template?: boolean;
  /**
   * Whether special tokens' text in a prompt string that no template surrounds becomes
   * the tokens, as fill-in-the-middle prompts need it. Do not combine it with text of
   * others.
   * @default false
   */
  parse_special?: boolean;
  /**
   * Time limit of a call in seconds, its time in the queue included.
   * @default none
   */
  timeout?: number;
}

/** Options of one generate(). */
export interface GenerateOptions extends GenerationOptions, CallOptions {
  /**
   * Says in code that the result will be iterated. Every result can be awaited and
   * iterated, with or without it.
   * @default false
   */
  stream?: boolean;
  /**
   * Pictures, documents and sound for the model. Served by this version: [].
   * @default []
   */
  files?: readonly FileInput[];
}

/** Options of `new HuggingFaceProvider(options)`. */
export interface ProviderOptions extends GenerationOptions, WeightOptions, DeferredProviderOptions {
  /**
   * A repository id ("owner/name"), a folder, or a .gguf file.
   * @default the embedded model
   */
  model?: string;
  /**
   * Tokens that prompt and answer may have together.
   * @default the model's own, but at most 8192
   */
  context_window?: number;
  /**
   * Threads that compute, 1 to 512.
   * @default one per physical core that the process may use, fewer for small models
   */
  threads?: number;
  /**
   * Gets the log lines of the engine: a function, or an object such as `console`.
   * @default none
   */
  logger?: Logger;
  /**
   * The least grave level that the logger gets.
   * @default "warn"
   */
  log_level?: LogLevel;
}

/** One piece of a message's content. */
export interface TextPart {
  type: "text";
  text: string;
}

/** One turn of a conversation, as generate() takes it. */
export interface MessageInput {
  role: "system" | "user" | "assistant" | "tool";
  content: string | readonly TextPart[];
}

/** A turn after validation: parts are joined, and the text is valid Unicode. */
export interface ChatMessage {
  readonly role: MessageInput["role"];
  readonly content: string;
}
