import type { Config, ConfigValues } from "../config.js";
import type { Metadata } from "../metadata.js";
import type { Renaming } from "../source-tensors.js";
import type { Sizes, TensorRule } from "../tensor-rules.js";

/** What is known of the part of a checkpoint that sees, when its plan is made. */
export interface VisionFacts {
  /** vision_config, over the family's defaults. */
  readonly config: Config;
  /** All of config.json. */
  readonly whole: Config;
  /** The part about the language model. */
  readonly text: Config;
  readonly sizes: VisionSizes;
  /** The class that the checkpoint says it is: "LlavaForConditionalGeneration". */
  readonly className: string;
  /** Ids of the family's `specialTokens`. */
  readonly tokens: Readonly<Record<string, number>>;
}

/** The sizes that shapes of towers and projectors are made of. */
export interface VisionSizes extends Sizes {
  readonly layers: number;
  /** Width of the tower. */
  readonly hidden: number;
  readonly ffn: number;
  readonly heads: number;
  /** Pixels, per side. */
  readonly patch: number;
  readonly image: number;
  /** Patches of a picture of that size. */
  readonly patches: number;
  /** Patches per side that become one row. */
  readonly merge: number;
  /** The width of as many. */
  readonly merged: number;
  /** Width of the language model. */
  readonly text: number;
}

/**
 * A way of seeing that the engine has a graph for, as checkpoints have it: the tower that
 * pictures go through, and what makes rows for the language model of its output.
 */
export interface VisionFamily {
  /** The engine's name: "mlp". */
  readonly projector: string;
  /** Names in config.json's `architectures`, of the whole model. */
  readonly classes: readonly string[];
  /** Values of vision_config's `model_type`, where the classes have several towers. */
  readonly towers?: readonly string[];
  /** What transformers fills in where vision_config is silent. */
  readonly defaults: ConfigValues;
  /** From the tensors' names in files to those in `tensors`: "tower." and "projector." */
  readonly renamings: readonly Renaming[];
  readonly merge: (facts: Omit<VisionFacts, "sizes">) => number;
  /** Sizes of its own, for shapes. */
  readonly sizes?: (facts: VisionFacts) => Sizes;
  /** Throws UnsupportedModelError for settings that the graph cannot follow. */
  readonly check: (facts: VisionFacts) => void;
  readonly metadata: (facts: VisionFacts) => Metadata[];
  readonly tensors: (facts: VisionFacts) => readonly TensorRule[];
  /** Tensors that do not matter, by the names in `tensors`. */
  readonly ignored?: (facts: VisionFacts) => readonly RegExp[];
  /** Tokens whose rows of the embedding the graph has, by their texts. */
  readonly specialTokens?: readonly string[];
}
