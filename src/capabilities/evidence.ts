/** What a model's output side computes, as far as its class or its file says. */
export type Head =
  | "causal"
  | "seq2seq"
  | "masked"
  | "encoder"
  | "sequence-classification"
  | "token-classification"
  | "question-answering"
  | "image-captioning"
  | "visual-question-answering"
  | "document-question-answering"
  | "image-text"
  | "audio-text"
  | "speech-to-text"
  | "text-to-speech"
  | "other";

/** What a chat template does; undefined: not found out. */
export interface TemplateFeatures {
  /** Whether it was tried out, or only read. */
  readonly tried: boolean;
  readonly system?: boolean;
  readonly tools?: boolean;
  readonly parallelTools?: boolean;
  /** Whether it knows of thoughts: it opens one, can switch them off, or sets their effort. */
  readonly thinking?: boolean;
  /** How thoughts are controlled: "enable_thinking", "reasoning_effort", or not. */
  readonly thinkingControl?: string;
}

/** What a model card's front matter says. */
export interface Card {
  readonly pipelineTag?: string;
  readonly tags: readonly string[];
  /** Codes, as the card has them. */
  readonly languages: readonly string[];
  readonly datasets: readonly string[];
  readonly baseModels: readonly string[];
  readonly license?: string;
}

/**
 * Facts about a model, without any judgement. What a source does not say is undefined, which
 * is not the same as "none".
 */
export interface Evidence {
  /** The repository's, the folder's or the file's name, for what names say. */
  readonly name: string;
  readonly format: "checkpoint" | "gguf";
  /** model_type of config.json, or the engine's name of the architecture. */
  readonly modelType: string | undefined;
  /** The class that config.json names. */
  readonly className: string | undefined;
  readonly head: Head | undefined;
  /** Whether the engine runs the architecture in this format. */
  readonly isServed: boolean;
  /** The part that sees: its type, and whether its files are here and served. */
  readonly vision: { readonly type: string | undefined; readonly isServed: boolean } | undefined;
  /** The part that hears. */
  readonly audio: { readonly type: string | undefined; readonly isServed: boolean } | undefined;
  /** Of a classifier, if it names them. */
  readonly labels: readonly string[] | undefined;
  /** How many outputs a head has. */
  readonly labelCount: number | undefined;
  /** How vectors are pooled, if the files say. */
  readonly pooling: string | undefined;
  /** Whether the files are those of sentence-transformers. */
  readonly isSentenceTransformer: boolean;
  /** undefined: not known; null: there is none. */
  readonly template: TemplateFeatures | null | undefined;
  /** Tokens that mark the parts of a fill-in-the-middle prompt; undefined: tokens unknown. */
  readonly fimTokens: readonly string[] | undefined;
  /** Whether the vocabulary has tokens for thoughts; undefined: tokens unknown. */
  readonly hasThoughtTokens: boolean | undefined;
  /** Tasks for which config.json has settings of their own: "summarization". */
  readonly taskSettings: readonly string[];
  /** What those settings put before a text, by task. */
  readonly taskPrefixes: Readonly<Record<string, string>>;
  readonly card: Card | undefined;
  readonly parameterCount: number | undefined;
  readonly contextLength: number | undefined;
  readonly vocabularySize: number | undefined;
}
