import type { Config } from "../config.js";
import { MAX_LAYERS, MAX_WIDTH, assertWithin } from "../dimensions.js";
import type { VisionSizes } from "./family.js";

/** The engine's largest picture, and what other checks of it allow. */
const MAX_IMAGE = 8192;
const MAX_PATCH = 56;
const MAX_MERGE = 8;

/**
 * The sizes of a tower, by all names that configurations have had for them.
 *
 * @param merge as the family says it
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export function readVisionSizes(config: Config, text: Config, merge: number): VisionSizes {
  // Qwen 2 calls the tower's width so, and the language model's hidden_size.
  const hidden = config.optionalInteger("embed_dim") ?? config.integer("hidden_size");
  const heads = config.integer("num_attention_heads", "num_heads");
  const ffn = config.optionalInteger("intermediate_size") ?? config.number("mlp_ratio") * hidden;
  const patch = side(config, "patch_size");
  const image = config.value("image_size") === undefined ? patch : side(config, "image_size");
  const layers = config.integer("num_hidden_layers", "depth");
  const channels = config.optionalInteger("num_channels", "in_channels", "in_chans") ?? 3;
  const within = (setting: string, value: number, low: number, high: number): void => {
    assertWithin(config, setting, value, [low, high]);
  };
  within("vision_config.hidden_size", hidden, 1, MAX_WIDTH);
  within("vision_config.intermediate_size", ffn, 1, MAX_WIDTH);
  within("vision_config.num_hidden_layers", layers, 1, MAX_LAYERS);
  within("vision_config.num_attention_heads", heads, 1, hidden);
  within("vision_config.patch_size", patch, 1, MAX_PATCH);
  within("vision_config.image_size", image, patch, MAX_IMAGE);
  within("vision_config.num_channels", channels, 3, 3);
  within("patches that become one row, per side", merge, 1, MAX_MERGE);
  if (!Number.isInteger(ffn) || hidden % heads !== 0) {
    throw config.damaged("vision_config has sizes that do not divide into each other.");
  }
  return {
    ...{ layers, hidden, ffn, heads, patch, image, merge, channels },
    patches: Math.floor(image / patch) ** 2,
    merged: hidden * merge * merge,
    text: text.integer("hidden_size"),
  };
}

/** Of a square: some configurations have both sides of it. */
function side(config: Config, name: string): number {
  if (!Array.isArray(config.value(name))) return config.integer(name);
  const [width, height = width, ...more] = config.numbers(name) ?? [];
  if (width === undefined || width !== height || more.length > 0 || !Number.isInteger(width)) {
    throw config.damaged(`vision_config.${name} has to be one size, or two equal ones.`);
  }
  return width;
}
