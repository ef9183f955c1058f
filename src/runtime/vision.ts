import { join } from "node:path";

import { readJsonObject } from "../checkpoint/read-json.js";
import type { CheckpointFolder } from "../checkpoint/read-folder.js";
import { planVision } from "../checkpoint/vision/plan.js";
import type { ResolvedWeights } from "../config/resolved.js";
import type { NativeInspection, NativeVision } from "../native/binding.js";
import type { NativeSourceTensor } from "../native/checkpoint-plan.js";
import { imageSpec } from "../vision/image-spec.js";
import { imageSpecFromProjector } from "../vision/projector-spec.js";

/**
 * The part of a checkpoint that sees; undefined for one without eyes.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for what is not served of it
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function checkpointVision(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  { dtype }: ResolvedWeights,
): Promise<NativeVision | undefined> {
  const plan = await planVision(folder, tensors, { dtype });
  if (plan === undefined) return undefined;
  const image = imageSpec({
    folder: folder.path,
    config: folder.config,
    preprocessor: await readJsonObject(join(folder.path, "preprocessor_config.json")),
    processor: await readJsonObject(join(folder.path, "processor_config.json")),
    tokenizer: folder.tokenizer,
  });
  return { path: folder.path, plan, image };
}

/**
 * How a projector sees.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for one that is not served
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export function projectorVision(path: string, { metadata }: NativeInspection): NativeVision {
  return { path, image: imageSpecFromProjector(metadata) };
}
