import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

import { isPlainObject } from "../internal/is-plain-object.js";
import { damaged } from "./errors.js";

/** More than any configuration has; parsing this much takes a tenth of a second. */
const MAX_BYTES = 16 * 1024 * 1024;

// A pipe is told from a file only once it is open, and opening it must not wait for a writer.
const READ = constants.O_RDONLY | (process.platform === "win32" ? 0 : constants.O_NONBLOCK);

/**
 * The object in a JSON file, or undefined when there is no such file.
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function readJsonObject(
  path: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, `it is not valid JSON (${(error as Error).message}).`, error);
  }
  if (!isPlainObject(value)) throw damaged(path, "it has to be a JSON object.");
  return value;
}

/** A small text file, or undefined when there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  const file = await open(path, READ).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw damaged(path, "it cannot be opened.", error);
  });
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw damaged(path, "it is not a file.");
    if (stats.size > MAX_BYTES) {
      throw damaged(path, `it has ${String(stats.size)} bytes; at most 16 MiB make sense.`);
    }
    const text = await readUpTo(file, stats.size);
    // Editors of Windows put a mark before it.
    return text.replace(/^\uFEFF/, "");
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** One read may give less than there is: on network disks, after signals. */
export async function readUpTo(file: Pick<FileHandle, "read">, size: number): Promise<string> {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.toString("utf8", 0, length);
}
