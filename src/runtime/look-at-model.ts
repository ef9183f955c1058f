import { withHeaders } from "../hub/remote-headers.js";
import { findReference, hubRequest, type Locating } from "./hub-model.js";
import { locateModel, type ModelPlace } from "./locate-model.js";
import { resolveModelPath } from "./model-path.js";

/** Where headers and small files of a model are. */
export interface ModelView extends ModelPlace {
  /** The page of a model that is not on this machine: its files are there during the work only. */
  readonly url?: string | undefined;
}

/**
 * Works on a model's headers and small files, without its weights: of a repository of the Hub
 * that is not in the cache, only those are downloaded.
 *
 * @throws what `locateModel` throws
 */
export async function lookAtModel<T>(
  model: string | undefined,
  locating: Locating,
  work: (view: ModelView) => Promise<T>,
): Promise<T> {
  const reference = model === undefined ? undefined : await findReference(model);
  if (model === undefined || reference === undefined) {
    return await work(await locateModel(model, locating));
  }
  return await withHeaders(hubRequest(model, reference, "model", locating.hub), locating, work);
}

/**
 * The same for a file that is named beside a model: `mmproj`, `draft_model`.
 *
 * @throws what `locateFile` throws
 */
export async function lookAtFile<T>(
  file: string,
  kind: "gguf" | "file",
  locating: Locating,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const reference = await findReference(file);
  if (reference === undefined) return await work(await resolveModelPath(file));
  const hub = { ...locating.hub, revision: undefined };
  const request = hubRequest(file, reference, kind, hub);
  return await withHeaders(request, locating, ({ path }) => work(path));
}

/** The name that people know it by: "owner/name" on the Hub. */
export function nameOfRepository(url: string): string {
  const [, owner, name] = new URL(url).pathname.split("/");
  return `${String(owner)}/${String(name)}`;
}
