import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { unpackedPath } from "../internal/unpacked-path.js";
import { packageRoot } from "../native/package-root.js";
import {
  explainFileUrl,
  explainFolder,
  explainMissing,
  explainRemote,
} from "./model-path-error.js";

const EMBEDDED_MODEL = join("models", "ember", "model.gguf");
// With its slashes: "C:\models" is no URL.
const REMOTE_URL = /^(?!file:)[a-z][a-z\d+.-]*:\/\//i;

/**
 * The GGUF file that a `model` option means; without one, the embedded model.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for repository ids, URLs of
 *   servers, and checkpoints
 */
export async function resolveModelPath(model: string | undefined): Promise<string> {
  if (model === undefined) return unpackedPath(join(packageRoot(), EMBEDDED_MODEL));
  if (isRemote(model)) throw explainRemote(model);
  const path = toPath(model);
  try {
    if (!(await stat(path)).isDirectory()) return path;
  } catch (error) {
    throw explainMissing(model, path, error);
  }
  throw explainFolder(model, path, await readdir(path).catch(() => []));
}

export function isRemote(model: string): boolean {
  return REMOTE_URL.test(model);
}

/**
 * The absolute path that a `model` option means, which may be a `file:` URL.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND for a URL that is no path here
 */
export function toPath(model: string): string {
  if (!/^file:/i.test(model)) return resolve(model);
  try {
    return fileURLToPath(model);
  } catch (error) {
    throw explainFileUrl(model, error);
  }
}
