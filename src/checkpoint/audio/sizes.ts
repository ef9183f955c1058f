import type { Config } from "../config.js";
import { assertWithin, MAX_LAYERS, MAX_WIDTH } from "../dimensions.js";
import type { Sizes } from "../tensor-rules.js";

/** The engine's own. */
const MAX_BANDS = 256;
/** Five minutes. */
const MAX_POSITIONS = 15_000;

/** The sizes that shapes of towers and projectors are made of. */
export interface AudioSizes extends Sizes {
  readonly bands: number;
  readonly layers: number;
  /** Width of the tower. */
  readonly hidden: number;
  readonly ffn: number;
  readonly heads: number;
  /** Pairs of frames that it sees at once, at most. */
  readonly positions: number;
  /** Width of the language model. */
  readonly text: number;
}

/**
 * @param config audio_config, over its family's defaults
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export function readAudioSizes(config: Config, text: Config): AudioSizes {
  const sizes = {
    bands: config.integer("num_mel_bins"),
    layers: config.integer("encoder_layers"),
    hidden: config.integer("d_model"),
    ffn: config.integer("encoder_ffn_dim"),
    heads: config.integer("encoder_attention_heads"),
    positions: config.integer("max_source_positions"),
    text: text.integer("hidden_size"),
  };
  const within = (setting: string, value: number, low: number, high: number): void => {
    assertWithin(config, `audio_config.${setting}`, value, [low, high]);
  };
  within("num_mel_bins", sizes.bands, 1, MAX_BANDS);
  within("encoder_layers", sizes.layers, 1, MAX_LAYERS);
  within("d_model", sizes.hidden, 1, MAX_WIDTH);
  within("encoder_ffn_dim", sizes.ffn, 1, MAX_WIDTH);
  within("encoder_attention_heads", sizes.heads, 1, sizes.hidden);
  within("max_source_positions", sizes.positions, 2, MAX_POSITIONS);
  if (sizes.hidden % sizes.heads !== 0) {
    throw config.damaged("audio_config has sizes that do not divide into each other.");
  }
  return sizes;
}
