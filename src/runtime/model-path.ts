import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { unpackedPath } from "../internal/unpacked-path.js";
import { packageRoot } from "../native/package-root.js";
import {
  explainFileUrl,
  explainFolder,
  explainMissing,
  explainPart,
  explainRemote,
} from "./model-path-error.js";

const EMBEDDED_MODEL = join("models", "ember");
// With its slashes: "C:\models" is no URL.
const REMOTE_URL = /^(?!file:)[a-z][a-z\d+.-]*:\/\//i;
const PART_OF_CHECKPOINT = /[.]safetensors(?:[.]index[.]json)?$|[\\/](?:config|tokenizer)[.]json$/i;

/** The folder of the checkpoint that is used when no model is named. */
export function embeddedModel(): string {
  return unpackedPath(join(packageRoot(), EMBEDDED_MODEL));
}

/**
 * The GGUF file that a `model` option means.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for URLs of servers and for checkpoints
 */
export async function resolveModelPath(model: string): Promise<string> {
  if (isRemote(model)) throw explainRemote(model);
  const path = toPath(model);
  const found = await stat(path).catch((error: unknown) => {
    throw explainMissing(model, path, error);
  });
  if (found.isDirectory()) throw explainFolder(model, path, await readdir(path).catch(() => []));
  if (PART_OF_CHECKPOINT.test(path)) throw explainPart(model, path);
  return path;
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
