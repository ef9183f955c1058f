import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { redact } from "../config/secrets.js";
import { ModelNotFoundError, UnsupportedFeatureError } from "../errors.js";

const MAX_FILES = 5;

/** For a URL that is not of a file. */
export function explainRemote(model: string): UnsupportedFeatureError {
  // Addresses can have a password in them.
  const shown = redact(model);
  return new UnsupportedFeatureError(
    `${shown} is on a server that is not the Hugging Face Hub. Models are downloaded from there ` +
      'only: name a repository, "owner/name", or download the file and give its path.',
    { details: { model: shown, feature: "download" } },
  );
}

/** For a file: URL that names no path here, such as one with a host. */
export function explainFileUrl(model: string, cause: unknown): ModelNotFoundError {
  return new ModelNotFoundError(
    `${model} is not the URL of a file here: ${messageOf(cause)}. url.pathToFileURL() makes one.`,
    { cause, details: { model } },
  );
}

/** For a path that cannot be looked at; most likely nothing is there. */
export function explainMissing(model: string, path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") {
    return new ModelNotFoundError(`The model ${path} cannot be reached: ${messageOf(cause)}.`, {
      cause,
      details: { model, path },
    });
  }
  return new ModelNotFoundError(`There is no model at ${path}.${remedyFor(model)}`, {
    details: { model, path },
  });
}

/** For one of the files that a checkpoint consists of. */
export function explainPart(model: string, path: string): ModelNotFoundError {
  return new ModelNotFoundError(
    `${basename(path)} is one file of a Hugging Face checkpoint. Name its folder: ${dirname(path)}`,
    { details: { model, path } },
  );
}

/** For a folder, whose file names are given. */
export function explainFolder(model: string, path: string, names: readonly string[]): Error {
  const files = names.filter((name) => name.endsWith(".gguf")).sort();
  if (files.length > 0) {
    const more = files.length > MAX_FILES ? ", ..." : "";
    return new ModelNotFoundError(
      `${path} is a folder. Name the file in it: ${files.slice(0, MAX_FILES).join(", ")}${more}`,
      { details: { model, path, files } },
    );
  }
  if (names.includes("config.json")) {
    return new UnsupportedFeatureError(
      `${path} is the folder of a Hugging Face checkpoint, and what is needed here is a .gguf file.`,
      { details: { model, path, feature: "checkpoint" } },
    );
  }
  const hasWeights = names.some((name) => name.endsWith(".safetensors"));
  return new ModelNotFoundError(
    hasWeights
      ? `${path} has weights, and no config.json, which says what model they are. Get it from where the weights come from.`
      : `${path} is a folder without a .gguf file or a Hugging Face checkpoint in it.`,
    { details: { model, path } },
  );
}

function remedyFor(model: string): string {
  const home = /^~(?:[\\/](.*))?$/s.exec(model);
  if (home !== null) {
    const expanded = join(homedir(), home[1] ?? "");
    return ` Only shells know "~", at the beginning of a word: write ${expanded}`;
  }
  return "";
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
