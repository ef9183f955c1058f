import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { ModelNotFoundError, UnsupportedModelError } from "../errors.js";
import { readJsonObject } from "./read-json.js";

/** A LoRA adapter as save_pretrained of PEFT writes it. */
export interface AdapterFolder {
  /** Absolute. */
  readonly path: string;
  /** Absolute path of the weights. */
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export const ADAPTER_CONFIG = "adapter_config.json";
const ADAPTER_WEIGHTS = "adapter_model.safetensors";
const PICKLE = "adapter_model.bin";

/**
 * @param path absolute
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND when there is no adapter
 * @throws {ModelLoadingError} MODEL_LOADING when its configuration is damaged
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL when its weights are a pickle
 */
export async function readAdapterFolder(path: string): Promise<AdapterFolder> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const config = await readJsonObject(join(path, ADAPTER_CONFIG));
  if (config === undefined) throw absent(path, ADAPTER_CONFIG);
  if (names.includes(ADAPTER_WEIGHTS)) return { path, file: join(path, ADAPTER_WEIGHTS), config };
  if (!names.includes(PICKLE)) throw absent(path, ADAPTER_WEIGHTS);
  throw new UnsupportedModelError(
    `${path} has its weights in ${PICKLE}, a pickle: a program that would run while it is ` +
      "read. Load it with PEFT and save it with save_pretrained, which writes safetensors.",
    { details: { path } },
  );
}

function unreadable(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== "ENOTDIR") {
    return new ModelNotFoundError(`There is no adapter at ${path}.`, { details: { path }, cause });
  }
  const isPart = [ADAPTER_CONFIG, ADAPTER_WEIGHTS, PICKLE].includes(basename(path));
  const remedy = isPart
    ? `Give the folder: ${dirname(path)}`
    : `Give the folder of an adapter of PEFT, with ${ADAPTER_CONFIG} and ${ADAPTER_WEIGHTS} in it.`;
  return new ModelNotFoundError(`The adapter ${path} is a file. ${remedy}`, {
    details: { path },
    cause,
  });
}

function absent(path: string, name: string): Error {
  return new ModelNotFoundError(`${path} is no adapter of PEFT: it has no ${name}.`, {
    details: { path },
  });
}
