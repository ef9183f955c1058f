import { open, readFile, rm, type FileHandle } from "node:fs/promises";

import { ByteRanges } from "./byte-ranges.js";

/** The first line of a journal, with the size of the whole file. */
const HEADER = /^abstractllm ranges 1 of (\d+)\n/;

/**
 * A file that is being downloaded, in any order: the bytes at their final places, and beside it a
 * journal of the ranges that are there. A range is written down once its bytes are, so that a
 * process may be killed at any moment; the next one goes on from what the journal says.
 *
 * Whoever opens it holds the file's lock. Where locks do not work, two may write at the same
 * time: they write the same bytes to the same places.
 */
export class PartFile {
  readonly done: ByteRanges;
  readonly size: number;
  readonly #file: FileHandle;
  readonly #journal: FileHandle;

  private constructor(file: FileHandle, journal: FileHandle, size: number, done: ByteRanges) {
    this.#file = file;
    this.#journal = journal;
    this.size = size;
    this.done = done;
  }

  /** Opens what an earlier attempt has left, or begins anew. */
  static async open(path: string, journalPath: string, size: number): Promise<PartFile> {
    const before = await readJournal(path, journalPath, size);
    const file = await open(path, before === undefined ? "w+" : "r+");
    try {
      if (before === undefined) await file.truncate(size);
      const journal = await open(journalPath, before === undefined ? "w" : "a");
      if (before === undefined) await journal.write(`abstractllm ranges 1 of ${String(size)}\n`);
      return new PartFile(file, journal, size, before ?? new ByteRanges());
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes pieces that follow each other; they count once this resolves. */
  async write(pieces: readonly Buffer[], position: number): Promise<void> {
    let at = position;
    let rest = [...pieces];
    while (rest.length > 0) {
      const { bytesWritten } = await this.#file.writev(rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
    // After a line that a kill has cut, this one has to begin on its own.
    await this.#journal.write(`\n${String(position)} ${String(at)}\n`);
    this.done.add(position, at);
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    return (await this.#file.read(buffer, 0, buffer.length, position)).bytesRead;
  }

  async close(): Promise<void> {
    await Promise.all([this.#file.close(), this.#journal.close()]);
  }
}

/** Bytes that are there of a file which somebody, somewhere, may be downloading. */
export async function bytesOfPart(path: string, journal: string, size: number): Promise<number> {
  return (await readJournal(path, journal, size))?.bytes ?? 0;
}

export async function removePart(path: string, journalPath: string): Promise<void> {
  // The journal first: without it, a part counts for nothing.
  await rm(journalPath, { force: true });
  await rm(path, { force: true });
}

/** undefined when there is nothing to go on from. */
async function readJournal(
  path: string,
  journalPath: string,
  size: number,
): Promise<ByteRanges | undefined> {
  const text = await readFile(journalPath, "utf8").catch(() => "");
  const header = HEADER.exec(text);
  if (header === null || Number(header[1]) !== size) return undefined;
  const length = await sizeOf(path);
  if (length !== size) return undefined;
  const ranges = new ByteRanges();
  // A last line without its end was cut, and may name a shorter range than it was to.
  for (const [, first, last] of text.matchAll(/^(\d+) (\d+)\n/gm)) {
    const [start, end] = [Number(first), Number(last)];
    if (start < end && end <= size) ranges.add(start, end);
  }
  return ranges;
}

async function sizeOf(path: string): Promise<number | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** What is left of pieces when so many bytes of them are written. */
function behind(pieces: readonly Buffer[], written: number): Buffer[] {
  let left = written;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    return skipped === piece.length ? [] : [piece.subarray(skipped)];
  });
}
