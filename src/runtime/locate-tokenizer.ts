import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { readJsonObject } from "../checkpoint/read-json.js";
import { redact } from "../config/secrets.js";
import { ModelNotFoundError, UnsupportedFeatureError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import type { NativeTokenizerFiles } from "../native/tokenizer.js";
import { findReference } from "./hub-model.js";
import { explainMissing, explainRemote } from "./model-path-error.js";
import { embeddedModel, isRemote, toPath } from "./model-path.js";

const FILE = "tokenizer.json";

/**
 * The tokenizer that a path means: a tokenizer.json, or the folder that has one.
 *
 * @param model undefined: that of the embedded model
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING for a tokenizer_config.json that is no JSON
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for what is not on this machine, and
 *   other files
 */
export async function locateTokenizer(model: string | undefined): Promise<NativeTokenizerFiles> {
  if (model !== undefined && (await findReference(model)) !== undefined) throw onHub(model);
  if (model !== undefined && isRemote(model)) throw explainRemote(model);
  const path = model === undefined ? embeddedModel() : toPath(model);
  const found = await stat(path).catch((error: unknown) => {
    throw explainMissing(model ?? path, path, error);
  });
  if (found.isDirectory()) return await inFolder(path, model);
  if (!path.endsWith(".json")) throw notServed(path);
  // Others of its name may lie beside it.
  return basename(path) === FILE ? await inFolder(dirname(path), model) : { tokenizerJson: path };
}

async function inFolder(folder: string, model: string | undefined): Promise<NativeTokenizerFiles> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainMissing(model ?? folder, folder, error);
  });
  if (!names.includes(FILE)) throw noTokenizer(folder);
  const config = await readJsonObject(join(folder, "tokenizer_config.json"));
  const files: NativeTokenizerFiles = { tokenizerJson: join(folder, FILE) };
  if (config === undefined) return files;
  const flag = (name: string): boolean | undefined => {
    const value = config[name];
    return typeof value === "boolean" ? value : undefined;
  };
  const text = (name: string): string | undefined => {
    const value = config[name];
    const content = isPlainObject(value) ? value["content"] : value;
    return typeof content === "string" ? content : undefined;
  };
  const given = {
    addBos: flag("add_bos_token"),
    addEos: flag("add_eos_token"),
    bos: text("bos_token"),
    eos: text("eos_token"),
    cleanUpSpaces: flag("clean_up_tokenization_spaces"),
  };
  return Object.assign(files, withoutUndefined(given));
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function noTokenizer(folder: string): ModelNotFoundError {
  return new ModelNotFoundError(
    `${folder} has no tokenizer.json. ` +
      "AutoTokenizer.from_pretrained(...).save_pretrained(...) of transformers writes it.",
    { details: { path: folder } },
  );
}

function onHub(model: string): UnsupportedFeatureError {
  const shown = redact(model);
  return new UnsupportedFeatureError(
    `There is no ${shown} on this machine, and a tokenizer downloads nothing. If it is a ` +
      "repository of the Hugging Face Hub, give it the path that downloadModel() returns.",
    { details: { model: shown, feature: "tokenizer" } },
  );
}

function notServed(path: string): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    `${path} is no tokenizer.json. For a .gguf file, load the model: ` +
      "tokenize() and detokenize() of HuggingFaceProvider use the tokenizer in it.",
    { details: { path, feature: "tokenizer" } },
  );
}
