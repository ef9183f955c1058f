import type { Config, ConfigValues } from "./config.js";
import type { Dimensions } from "./dimensions.js";
import type { Metadata } from "./metadata.js";
import type { Rope } from "./rope.js";
import type { Renaming } from "./source-tensors.js";
import type { Sizes, TensorRule } from "./tensor-rules.js";

/** What is known of one checkpoint of a family when its plan is made. */
export interface Facts {
  /** config.json, or the part of it about the language model, over the family's defaults. */
  readonly config: Config;
  readonly dims: Dimensions;
  /** The dimensions by name, with the family's own. */
  readonly sizes: Sizes;
  readonly rope: Rope;
  /** The class that the checkpoint says it is: "LlamaForCausalLM". */
  readonly className: string;
}

/**
 * One architecture of the engine as Hugging Face checkpoints have it: the whole of what is
 * particular to it. A new model is a new value of this type (docs/checkpoints.md tells how).
 */
export interface Family {
  /** The engine's name: "llama". */
  readonly architecture: string;
  /** Names in config.json's `architectures`. */
  readonly classes: readonly string[];
  /** Values of config.json's `model_type`, for parts of larger models. */
  readonly modelTypes: readonly string[];
  /** What transformers fills in where config.json is silent. */
  readonly defaults: ConfigValues;
  /** Settings that follow from others: they overrule the file. */
  readonly derive?: (config: Config) => ConfigValues;
  /** From the tensors' names in files to those in `tensors`. */
  readonly renamings: readonly Renaming[];
  /** Sizes of its own, for shapes. */
  readonly sizes?: (config: Config, dims: Dimensions) => Sizes;
  /** The kinds of rope scaling that its graph follows; left out: it does not rotate. */
  readonly rope?: readonly string[];
  /** Throws UnsupportedModelError for settings that its graph cannot follow. */
  readonly check?: (facts: Facts) => void;
  readonly metadata: (facts: Facts) => Metadata[];
  /** The module of the token embedding. */
  readonly embedding: string | readonly string[];
  readonly tensors: readonly TensorRule[] | ((facts: Facts) => readonly TensorRule[]);
  /** The language model's head; left out: there is none. */
  readonly head?: {
    readonly module: string;
    readonly bias?: "required" | "optional";
    /** Whether the engine wants it as a tensor of its own even if it is the embedding. */
    readonly separate?: true;
  };
  /** Tensors that are computed, not read. */
  readonly generated?: (facts: Facts) => { readonly name: string; readonly values: number[] }[];
  /** Tensors that do not matter, by the names in `tensors`. */
  readonly ignored?: readonly RegExp[];
  /** Whether it embeds texts and does not write any. */
  readonly isEncoder?: true;
}
