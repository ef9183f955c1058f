import { join } from "node:path";

import { Config } from "../checkpoint/config.js";
import { damaged } from "../checkpoint/errors.js";
import { UnsupportedModelError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import type { AudioSpec } from "../native/audio-spec.js";
import { qwen2AudioSpec } from "./families.js";

export type { AudioSpec } from "../native/audio-spec.js";

/** The small files of a checkpoint that say how it hears, parsed. */
export interface AudioFiles {
  /** The checkpoint's, absolute: messages name files in it. */
  readonly folder: string;
  readonly config: Json;
  /** preprocessor_config.json */
  readonly preprocessor?: Json | undefined;
  /** processor_config.json */
  readonly processor?: Json | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** What WhisperFeatureExtractor does is built in; what its settings may not change. */
const BUILT_IN = { sampling_rate: 16_000, hop_length: 160, n_fft: 400, dither: 0 } as const;
const EXTRACTOR = "WhisperFeatureExtractor";

/**
 * What the model's processor in transformers does with a sound.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for models and processors that are not
 *   served, naming those that are
 * @throws {ModelLoadingError} MODEL_LOADING when a file lacks something or says what cannot be
 */
export function audioSpec(files: AudioFiles): AudioSpec {
  const config = new Config(files.config, join(files.folder, "config.json"));
  const extractor = extractorOf(files);
  const name = extractor.text("feature_extractor_type") ?? EXTRACTOR;
  if (name !== EXTRACTOR) throw unserved("feature_extractor_type", name);
  for (const [setting, value] of Object.entries(BUILT_IN)) {
    const found = extractor.optionalNumber(setting) ?? value;
    if (found !== value) throw unserved(setting, String(found), String(value));
  }
  const tower = config.object("audio_config") ?? new Config({}, config.file);
  const bands = tower.optionalInteger("num_mel_bins") ?? 128;
  const positions = tower.optionalInteger("max_source_positions") ?? 1500;
  const size = extractor.optionalInteger("feature_size") ?? 80;
  if (size !== bands) {
    throw damaged(
      extractor.file,
      `feature_size is ${String(size)}, and the tower takes ${String(bands)} bands.`,
    );
  }
  const processor = new Config(files.processor ?? {}, join(files.folder, "processor_config.json"));
  const text = (setting: string, otherwise: string): string => processor.text(setting) ?? otherwise;
  return qwen2AudioSpec(
    { bands, positions, stack: 1 },
    {
      placeholder: text("audio_token", "<|AUDIO|>"),
      before: text("audio_bos_token", "<|audio_bos|>"),
      after: text("audio_eos_token", "<|audio_eos|>"),
    },
  );
}

/** transformers 5 saves all parts of a processor in one file, and that file goes first. */
function extractorOf({ folder, preprocessor, processor }: AudioFiles): Config {
  const part = processor?.["feature_extractor"];
  if (isPlainObject(part)) return new Config(part, join(folder, "processor_config.json"));
  const file = join(folder, "preprocessor_config.json");
  if (preprocessor === undefined) {
    throw damaged(file, "it is missing: nothing says how sounds are read.");
  }
  return new Config(preprocessor, file);
}

function unserved(setting: string, value: string, supported: string = EXTRACTOR): Error {
  return new UnsupportedModelError(
    `Sounds for this model cannot be prepared: its ${setting} is ${JSON.stringify(value)}. ` +
      `Served: ${supported}.`,
    { details: { setting, value, supported: [supported] } },
  );
}
