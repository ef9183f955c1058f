import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { ModelNotFoundError, UnsupportedFeatureError } from "../errors.js";
import { unpackedPath } from "../internal/unpacked-path.js";
import { packageRoot } from "../native/package-root.js";

const EMBEDDED_MODEL = join("models", "ember", "model.gguf");
const REPOSITORY_ID = /^[\w.-]+\/[\w.-]+(@[\w./-]+)?(:[\w.-]+)?$/;

/**
 * The GGUF file that a `model` option means; without one, the embedded model.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for repository ids and checkpoints
 */
export async function resolveModelPath(model: string | undefined): Promise<string> {
  if (model === undefined) return unpackedPath(join(packageRoot(), EMBEDDED_MODEL));
  const path = resolve(model);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw await explainFolder(model, path);
  if (found !== undefined) return path;
  if (REPOSITORY_ID.test(model) && !model.endsWith(".gguf")) {
    throw new UnsupportedFeatureError(
      `${model} is not a file here. If it is a repository on the Hugging Face Hub: this version ` +
        "does not download models yet. Download a .gguf file of it and give its path.",
      { details: { model, feature: "repository id" } },
    );
  }
  throw new ModelNotFoundError(`There is no model at ${path}.`, { details: { model, path } });
}

async function explainFolder(model: string, path: string): Promise<Error> {
  const names = await readdir(path).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(".gguf"));
  if (files.length > 0) {
    return new ModelNotFoundError(
      `${path} is a folder. Name the file in it: ${files.slice(0, 5).join(", ")}`,
      { details: { model, path, candidates: files.map((name) => join(path, name)) } },
    );
  }
  if (names.includes("config.json")) {
    return new UnsupportedFeatureError(
      `${path} is a Hugging Face checkpoint. This version loads GGUF files only.`,
      { details: { model, path, feature: "safetensors checkpoint" } },
    );
  }
  return new ModelNotFoundError(`${path} is a folder without a model in it.`, {
    details: { model, path },
  });
}
