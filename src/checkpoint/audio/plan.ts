import { join } from "node:path";

import { UnsupportedModelError } from "../../errors.js";
import type { NativeCheckpointPlan, NativeSourceTensor } from "../../native/checkpoint-plan.js";
import { buildTensors, rejectUnknown, type TensorContext } from "../build-tensors.js";
import { Config } from "../config.js";
import { qualify } from "../metadata.js";
import type { CheckpointFolder } from "../read-folder.js";
import { SourceTensors } from "../source-tensors.js";
import { chooseWeightTypes, type WeightOptions } from "../weight-types.js";
import { AUDIO_FAMILIES, type AudioFamily } from "./families.js";
import { readAudioSizes, type AudioSizes } from "./sizes.js";

/** Tensors of the other parts, by the names that families use. */
const FOREIGN = [/^(?!tower[.]|projector[.])/];

/**
 * How the engine loads the part of a checkpoint that hears: a projector (mmproj) made of the
 * same files as the language model, without a vocabulary. Undefined for models without one.
 *
 * @param tensors as `readSafetensors` lists them for `folder.files`
 * @param options quantisation does not reach it: it is small, and what it hears counts more
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for towers that are not served
 * @throws {ModelLoadingError} MODEL_LOADING when the files contradict one another
 */
export function planAudio(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  options: Pick<WeightOptions, "dtype">,
): NativeCheckpointPlan | undefined {
  const whole = new Config(folder.config, join(folder.path, "config.json"));
  const part = whole.object("audio_config");
  const className = whole.texts("architectures")?.[0];
  if (part === undefined || className === undefined) return undefined;
  const family = findAudioFamily(className, part);
  const config = part.withDefaults(family.defaults);
  const text = (whole.object("text_config") ?? new Config({}, whole.file)).withDefaults(
    family.textDefaults,
  );
  const sizes = readAudioSizes(config, text);
  family.check({ config, className });

  const sources = new SourceTensors(tensors, folder.files, family.renamings);
  const types = chooseWeightTypes({ ...options, quantization: "none" }, tensors);
  const context: TensorContext = { sources, sizes, types, className };
  const planned = exhaust(buildTensors(family.tensors, context));
  rejectUnknown(sources.unused(FOREIGN), context);
  return {
    files: [...folder.files],
    metadata: qualify("clip", [
      ["general.architecture", "string", "clip"],
      ["general.type", "string", "mmproj"],
      ["general.file_type", "u32", types.fileType],
      ["has_audio_encoder", "bool", true],
      ["projector_type", "string", family.projector],
      ...sizeMetadata(sizes),
      // Fixed in transformers.
      ["audio.attention.layer_norm_epsilon", "f32", 1e-5],
    ]),
    vocabulary: { size: 0, stop: [] },
    tensors: planned,
  };
}

function findAudioFamily(className: string, part: Config): AudioFamily {
  const family = AUDIO_FAMILIES.find(({ classes }) => classes.includes(className));
  if (family !== undefined) return family;
  throw new UnsupportedModelError(
    `${part.file}: the ears of ${className} are not served as a Hugging Face checkpoint, so the ` +
      "model takes no sounds. A GGUF file of it, with its mmproj, may.",
    { details: { path: part.file, architecture: className } },
  );
}

function sizeMetadata(sizes: AudioSizes): [string, "u32", number][] {
  return [
    ["audio.num_mel_bins", "u32", sizes.bands],
    ["audio.embedding_length", "u32", sizes.hidden],
    ["audio.feed_forward_length", "u32", sizes.ffn],
    ["audio.block_count", "u32", sizes.layers],
    ["audio.attention.head_count", "u32", sizes.heads],
    ["audio.projection_dim", "u32", sizes.text],
  ];
}

/** Towers are small enough to plan in one go. */
function exhaust<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
