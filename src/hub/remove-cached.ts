import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { InvalidRequestError } from "../errors.js";
import { loadBinding } from "../native/load.js";
import type { RepoCache } from "./cache-layout.js";
import { scanRepo, type CachedFile, type CachedRepo } from "./scan-cache.js";

/** What was removed. */
export interface Removed {
  readonly files: number;
  /** On the disk. */
  readonly bytes: number;
}

/**
 * Removes files of a repository from the cache, with the contents that nothing else leads to and
 * what was begun; a repository of which nothing is left goes as a whole. Locks stay where they
 * are: who waits for one must not find another one under its name.
 *
 * @throws {InvalidRequestError} INVALID_REQUEST while somebody downloads into it
 */
export async function removeCached(
  cache: RepoCache,
  isWanted: (file: CachedFile) => boolean,
): Promise<Removed> {
  const { blobs } = await scanRepo(cache);
  const unlock = await lockBlobs(cache, new Set([...blobs.keys()].map(hashOf)));
  try {
    return await removeLocked(cache, isWanted, blobs);
  } finally {
    unlock();
  }
}

/** @param locked contents that nobody else touches meanwhile; what came later stays */
async function removeLocked(
  cache: RepoCache,
  isWanted: (file: CachedFile) => boolean,
  locked: CachedRepo["blobs"],
): Promise<Removed> {
  const before = await scanRepo(cache);
  const gone = before.files.filter(isWanted);
  const kept = before.files.filter((file) => !gone.includes(file));
  if (kept.length === 0 && [...before.blobs.keys()].every((name) => locked.has(name))) {
    await rm(cache.folder, { recursive: true, force: true });
    return { files: gone.length, bytes: before.size };
  }
  for (const { commit, path } of gone) await removeFile(cache, commit, path);
  const needed = new Set(kept.map(({ blob }) => blob));
  for (const name of before.blobs.keys()) {
    if (locked.has(name) && !needed.has(name)) await rm(cache.blob(name), { force: true });
  }
  await removeNotes(cache, new Set(kept.map(({ commit }) => commit)), before.refs);
  const { size } = await scanRepo(cache);
  return { files: gone.length, bytes: before.size - size };
}

/** Of what is begun and of what is complete: links are made under the lock, too. */
async function lockBlobs(cache: RepoCache, hashes: ReadonlySet<string>): Promise<() => void> {
  const binding = loadBinding();
  const locks: Exclude<ReturnType<typeof binding.tryLockFile>, string | false>[] = [];
  const unlock = (): void => {
    for (const lock of locks) binding.unlockFile(lock);
  };
  await mkdir(cache.locks, { recursive: true });
  for (const hash of hashes) {
    const lock = binding.tryLockFile(cache.lock(hash));
    if (lock === false) {
      unlock();
      throw new InvalidRequestError(
        `${cache.repo} is being downloaded, by this process or another one. Wait, or stop that.`,
        { details: { model: cache.repo, path: cache.folder } },
      );
    }
    // A reason: this file system has no locks, and downloads go without them, too.
    if (typeof lock !== "string") locks.push(lock);
  }
  return unlock;
}

/** Of a content, complete or not. */
function hashOf(blob: string): string {
  return blob.split(".")[0] ?? blob;
}

/** With the folders that are empty then. */
async function removeFile(cache: RepoCache, commit: string, path: string): Promise<void> {
  let folder = cache.file(commit, path);
  await rm(folder, { force: true });
  for (;;) {
    folder = dirname(folder);
    if (folder === cache.snapshots || (await readdir(folder)).length > 0) return;
    await rmdir(folder);
  }
}

/** What is noted of commits of which no file is left. */
async function removeNotes(
  cache: RepoCache,
  commits: ReadonlySet<string>,
  refs: CachedRepo["refs"],
): Promise<void> {
  for (const [commit, names] of refs) {
    if (commits.has(commit)) continue;
    for (const name of names) await rm(cache.ref(name), { force: true });
  }
  for (const folder of ["trees", ".no_exist"].map((name) => join(cache.folder, name))) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      if (commits.has(name.replace(/\.json$/, ""))) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
