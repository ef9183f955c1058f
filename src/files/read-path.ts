import { constants } from "node:fs";
import { open, readdir, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { homedir } from "node:os";
import { nearest } from "../internal/nearest.js";
import { abortable } from "./abortable.js";
import type { ByteCollector } from "./byte-collector.js";
import { mediaError, messageOf, type FileLabel } from "./media-error.js";

const PIECE = 2 ** 20;
// Windows has no such flag, and no FIFOs that would need it.
const OPEN_FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Reads a regular file. Others are refused before anything is read of them: a FIFO would
 * wait for a writer, and a device may have no end.
 * @throws {MediaError} MEDIA
 */
export async function readPath(
  path: string,
  label: FileLabel,
  collector: ByteCollector,
  signal: AbortSignal,
): Promise<void> {
  try {
    await abortable(readFile(path, label, collector, signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw (error as NodeJS.ErrnoException).code === undefined || "details" in (error as object)
      ? error
      : await explain(path, label, error as NodeJS.ErrnoException);
  }
}

async function readFile(
  path: string,
  label: FileLabel,
  collector: ByteCollector,
  signal: AbortSignal,
): Promise<void> {
  // Before opening: that alone can do something to a device.
  assertRegular(await stat(path), label);
  const handle = await open(path, OPEN_FLAGS);
  try {
    // And of what was opened, which may not be what was there before.
    const opened = await handle.stat();
    assertRegular(opened, label);
    collector.expect(opened.size);
    await readAll(handle, opened.size, collector, signal);
  } finally {
    await handle.close();
  }
}

async function readAll(
  handle: FileHandle,
  size: number,
  collector: ByteCollector,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    // One byte more than is left, so that the next read finds the end. Files that grow
    // meanwhile, and those of /proc, whose size is 0, are read to their end, too.
    const left = Math.max(size - collector.length, 0) + 1;
    const piece = Buffer.allocUnsafeSlow(Math.min(left, PIECE));
    const { bytesRead } = await handle.read(piece, 0, piece.length, null);
    if (bytesRead === 0) return;
    collector.add(piece.subarray(0, bytesRead));
  }
}

interface Stats {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

function assertRegular(stats: Stats, label: FileLabel): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) {
    throw mediaError(label, "is a folder", { remedy: "Give the files in it." });
  }
  const what = stats.isFIFO() ? "a pipe" : stats.isSocket() ? "a socket" : "a device";
  throw mediaError(label, `is ${what}, and no regular file`, {
    remedy: "Give its content as a stream: fs.createReadStream(path).",
  });
}

async function explain(
  path: string,
  label: FileLabel,
  cause: NodeJS.ErrnoException,
): Promise<Error> {
  if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR") {
    return mediaError(label, `cannot be read: ${messageOf(cause)}`, { cause });
  }
  return mediaError(label, "does not exist", {
    remedy: await remedyForMissing(path),
    details: { path },
    cause,
  });
}

async function remedyForMissing(path: string): Promise<string> {
  const home = /(?:^|[\\/])~[\\/](.*)$/s.exec(path);
  if (home !== null) {
    return `Only shells know "~", at the beginning of a word: write ${join(homedir(), home[1] ?? "")}`;
  }
  const names = await readdir(dirname(path)).catch(() => undefined);
  if (names === undefined) return `There is no folder ${dirname(path)}.`;
  const near = nearest(basename(path), names);
  return near === undefined ? "" : `Did you mean ${JSON.stringify(near)}?`;
}
