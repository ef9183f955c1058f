import { join } from "node:path";

import { readJsonObject } from "../checkpoint/read-json.js";
import type { CheckpointFolder } from "../checkpoint/read-folder.js";
import { planVision } from "../checkpoint/vision/plan.js";
import type { ResolvedWeights } from "../config/resolved.js";
import { ModelLoadingError, UnsupportedModelError } from "../errors.js";
import type { NativeVision } from "../native/binding.js";
import type { NativeSourceTensor } from "../native/checkpoint-plan.js";
import { imageSpec } from "../vision/image-spec.js";
import { imageSpecFromProjector } from "../vision/projector-spec.js";
import { findProjector } from "./find-projector.js";
import { resolveModelPath } from "./model-path.js";
import { nativeRuntime } from "./native-runtime.js";

/** How a model sees, if it does. */
export interface Sight {
  readonly vision?: NativeVision;
  /** Why it does not, although it has a part for that. */
  readonly problem?: string;
}

/**
 * The part of a checkpoint that sees. What of it is not served costs the pictures only: the
 * language model is loaded all the same.
 */
export async function checkpointSight(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  { dtype }: ResolvedWeights,
): Promise<Sight> {
  return await unlessUnserved(async () => {
    const plan = await planVision(folder, tensors, { dtype });
    if (plan === undefined) return {};
    const image = imageSpec({
      folder: folder.path,
      config: folder.config,
      preprocessor: await readJsonObject(join(folder.path, "preprocessor_config.json")),
      processor: await readJsonObject(join(folder.path, "processor_config.json")),
      tokenizer: folder.tokenizer,
    });
    return { vision: { path: folder.path, plan, image } };
  });
}

/**
 * The projector of a GGUF model: the one that was named, or one beside the model.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND for one that was named and is not there
 * @throws {ModelLoadingError} MODEL_LOADING also when several beside the model fit
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for one that was named and is not served
 */
export async function projectorSight(
  modelPath: string,
  mmproj: string | undefined,
): Promise<Sight> {
  if (mmproj !== undefined) return await readProjector(await resolveModelPath(mmproj));
  const found = await findProjector(modelPath);
  return found === undefined ? {} : await unlessUnserved(() => readProjector(found));
}

async function readProjector(path: string): Promise<Sight> {
  const { metadata } = await nativeRuntime().binding.inspect(path);
  return { vision: { path, image: imageSpecFromProjector(metadata) } };
}

/** What cannot be used, before or while it is loaded, costs the pictures only. */
async function unlessUnserved(read: () => Promise<Sight>): Promise<Sight> {
  try {
    const sight = await read();
    return sight.vision ? { vision: { ...sight.vision, optional: true } } : sight;
  } catch (error) {
    const isUnserved = error instanceof UnsupportedModelError || error instanceof ModelLoadingError;
    if (!isUnserved) throw error;
    return { problem: error.message };
  }
}
