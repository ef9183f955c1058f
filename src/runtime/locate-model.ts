import { resolve } from "node:path";

import { findCheckpoint } from "./checkpoint.js";
import { fetchFromHub, findReference, type Locating } from "./hub-model.js";
import { embeddedModel, resolveModelPath } from "./model-path.js";

/** Where a model is: the folder of a checkpoint, or a GGUF file. */
export interface ModelPlace {
  /** Absolute. */
  readonly path: string;
  readonly isCheckpoint: boolean;
  /** The projector that came with it, which need not lie beside it; absolute. */
  readonly projector?: string | undefined;
}

/**
 * What a `model` option means; without one, the embedded model. A repository of the Hub is
 * downloaded, unless it is in the cache.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for URLs of other servers
 * @throws what `fetchSnapshot` throws
 */
export async function locateModel(
  model: string | undefined,
  locating: Locating,
): Promise<ModelPlace> {
  if (model === undefined) return { path: embeddedModel(), isCheckpoint: true };
  const reference = await findReference(model);
  if (reference !== undefined) {
    const { kind, path, projector } = await fetchFromHub(model, reference, "model", locating);
    return { path, projector, isCheckpoint: kind === "checkpoint" };
  }
  const folder = await findCheckpoint(model);
  if (folder !== undefined) return { path: folder, isCheckpoint: true };
  return { path: await resolveModelPath(model), isCheckpoint: false };
}

/**
 * The GGUF file that `draft_model` or `mmproj` means; the revision is that of the model only.
 *
 * @throws what `locateModel` throws
 */
export async function locateFile(
  model: string,
  kind: "gguf" | "file",
  locating: Locating,
): Promise<string> {
  const reference = await findReference(model);
  if (reference === undefined) return await resolveModelPath(model);
  return (await fetchFromHub(model, reference, kind, atItsOwnRevision(locating))).path;
}

/**
 * The absolute paths of the folders of adapters.
 *
 * @throws what `locateModel` throws
 */
export async function locateAdapters(
  adapters: readonly string[],
  locating: Locating,
): Promise<string[]> {
  const folders: string[] = [];
  for (const adapter of adapters) {
    const reference = await findReference(adapter);
    const isPath = reference === undefined || reference.file !== undefined;
    folders.push(
      isPath
        ? resolve(adapter)
        : (await fetchFromHub(adapter, reference, "adapter", atItsOwnRevision(locating))).path,
    );
  }
  return folders;
}

function atItsOwnRevision(locating: Locating): Locating {
  return { ...locating, hub: { ...locating.hub, revision: undefined } };
}
