import { join } from "node:path";

import { audioSpec } from "../audio/audio-spec.js";
import { audioSpecFromProjector } from "../audio/projector-spec.js";
import { planAudio } from "../checkpoint/audio/plan.js";
import type { CheckpointFolder } from "../checkpoint/read-folder.js";
import { readJsonObject } from "../checkpoint/read-json.js";
import type { ResolvedWeights } from "../config/resolved.js";
import type { NativeHearing, NativeInspection } from "../native/binding.js";
import type { NativeSourceTensor } from "../native/checkpoint-plan.js";

/**
 * The part of a checkpoint that hears; undefined for one without ears.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for what is not served of it
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function checkpointHearing(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  { dtype }: ResolvedWeights,
): Promise<NativeHearing | undefined> {
  const plan = planAudio(folder, tensors, { dtype });
  if (plan === undefined) return undefined;
  const audio = audioSpec({
    folder: folder.path,
    config: folder.config,
    preprocessor: await readJsonObject(join(folder.path, "preprocessor_config.json")),
    processor: await readJsonObject(join(folder.path, "processor_config.json")),
  });
  return { path: folder.path, plan, audio };
}

/**
 * How a projector hears.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for one that is not served
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export function projectorHearing(path: string, file: NativeInspection): NativeHearing {
  return { path, audio: audioSpecFromProjector(file) };
}
