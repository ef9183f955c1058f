import { constants } from "node:fs";
import { open } from "node:fs/promises";

import { isPlainObject } from "../internal/is-plain-object.js";
import { damaged } from "./errors.js";

/** More than any configuration has; parsing this much takes a tenth of a second. */
const MAX_BYTES = 16 * 1024 * 1024;

// A pipe is told from a file only once it is open, and opening it must not wait for a writer.
const READ = constants.O_RDONLY | (process.platform === "win32" ? 0 : constants.O_NONBLOCK);

/**
 * The object in a JSON file, or undefined when there is no such file.
 *
 * @param name for messages
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function readJsonObject(
  path: string,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readText(path, name);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(name, "it is not valid JSON.", error);
  }
  if (!isPlainObject(value)) throw damaged(name, "it has to be a JSON object.");
  return value;
}

/** A small text file, or undefined when there is no such file. */
export async function readText(path: string, name: string): Promise<string | undefined> {
  const file = await open(path, READ).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw damaged(name, "it cannot be opened.", error);
  });
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw damaged(name, "it is not a file.");
    if (stats.size > MAX_BYTES) {
      throw damaged(name, `it has ${String(stats.size)} bytes; at most 16 MiB make sense.`);
    }
    const buffer = Buffer.alloc(stats.size);
    const { bytesRead } = await file.read(buffer, 0, stats.size, 0);
    // Editors of Windows put a mark before it.
    return buffer.toString("utf8", 0, bytesRead).replace(/^\uFEFF/, "");
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}
