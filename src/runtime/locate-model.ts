import { findCheckpoint } from "./checkpoint.js";
import { embeddedModel, resolveModelPath } from "./model-path.js";

/** Where a model is: the folder of a checkpoint, or a GGUF file. */
export interface ModelPlace {
  /** Absolute. */
  readonly path: string;
  readonly isCheckpoint: boolean;
}

/**
 * What a `model` option means; without one, the embedded model.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for repository ids and URLs of servers
 */
export async function locateModel(model: string | undefined): Promise<ModelPlace> {
  if (model === undefined) return { path: embeddedModel(), isCheckpoint: true };
  const folder = await findCheckpoint(model);
  if (folder !== undefined) return { path: folder, isCheckpoint: true };
  return { path: await resolveModelPath(model), isCheckpoint: false };
}
