import { open } from "node:fs/promises";

import type { RepoCache } from "./cache-layout.js";
import { readTree } from "./cache-notes.js";
import { digestOfName, expectedDigest, startDigest, type Expected } from "./digest.js";
import type { CachedFile } from "./scan-cache.js";

const STEP_BYTES = 1024 * 1024;

/** What a look at every byte of a file says. */
export interface Verdict {
  readonly file: CachedFile;
  /** "unknown": nobody has said what should be in it. */
  readonly state: "intact" | "damaged" | "missing" | "unknown";
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/** Compares the contents of a repository's files with their hashes, one after the other. */
export async function* verifyCached(
  cache: RepoCache,
  files: readonly CachedFile[],
  options: VerifyOptions,
): AsyncGenerator<Verdict> {
  // Snapshots share contents: each is read once.
  const known = new Map<string, Verdict["state"]>();
  for (const file of files) {
    const key = file.blob ?? `${file.commit}/${file.path}`;
    const state = known.get(key) ?? (await stateOf(cache, file, options));
    known.set(key, state);
    yield { file, state };
  }
}

async function stateOf(
  cache: RepoCache,
  file: CachedFile,
  options: VerifyOptions,
): Promise<Verdict["state"]> {
  if (file.isBroken) return "missing";
  const expected = await expectedOf(cache, file);
  if (expected === undefined) return "unknown";
  const path = cache.file(file.commit, file.path);
  const digest = await digestOfFile(path, expected, file.size, options);
  return digest === expected.hex ? "intact" : "damaged";
}

/** By the listing of the commit, else by the name of the blob. */
async function expectedOf(
  cache: RepoCache,
  { commit, path, blob, size }: CachedFile,
): Promise<Expected | undefined> {
  const listed = (await readTree(cache, commit))?.find((file) => file.path === path);
  if (listed === undefined) return digestOfName(blob ?? "");
  const expected = expectedDigest(listed);
  // A wrong size is a wrong content, which no digest of git's can have.
  return listed.size === size ? expected : { ...expected, hex: "" };
}

async function digestOfFile(
  path: string,
  expected: Expected,
  size: number,
  { signal, onBytes }: VerifyOptions,
): Promise<string> {
  const hash = startDigest(expected, size);
  const buffer = Buffer.allocUnsafe(STEP_BYTES);
  const file = await open(path, "r");
  try {
    for (let at = 0; ;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      onBytes(bytesRead);
    }
  } finally {
    await file.close();
  }
}
