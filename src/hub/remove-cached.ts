import { readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { InvalidRequestError } from "../errors.js";
import { loadBinding } from "../native/load.js";
import type { RepoCache } from "./cache-layout.js";
import { isIncomplete, scanRepo, type CachedFile } from "./scan-cache.js";

/** What was removed. */
export interface Removed {
  readonly files: number;
  /** On the disk. */
  readonly bytes: number;
}

/**
 * Removes files of a repository from the cache, with the contents that nothing else leads to and
 * what was begun; a repository of which nothing is left goes as a whole.
 *
 * @throws {InvalidRequestError} INVALID_REQUEST while somebody downloads into it
 */
export async function removeCached(
  cache: RepoCache,
  isWanted: (file: CachedFile) => boolean,
): Promise<Removed> {
  const before = await scanRepo(cache);
  refuseBusy(cache, [...before.blobs.keys()]);
  const gone = before.files.filter(isWanted);
  const kept = before.files.filter((file) => !gone.includes(file));
  if (kept.length === 0) {
    await rm(cache.folder, { recursive: true, force: true });
    await rm(cache.locks, { recursive: true, force: true });
    return { files: gone.length, bytes: before.size };
  }
  for (const { commit, path } of gone) await removeFile(cache, commit, path);
  const needed = new Set(kept.map(({ blob }) => blob));
  for (const name of before.blobs.keys()) {
    if (!needed.has(name)) await rm(cache.blob(name), { force: true });
  }
  await removeRefs(cache, new Set(kept.map(({ commit }) => commit)), before.refs);
  const { size } = await scanRepo(cache);
  return { files: gone.length, bytes: before.size - size };
}

/** Locks of this moment only: who begins later downloads what is missing then. */
function refuseBusy(cache: RepoCache, blobs: readonly string[]): void {
  const binding = loadBinding();
  for (const name of blobs.filter(isIncomplete)) {
    const [hash = ""] = name.split(".");
    const lock = binding.tryLockFile(cache.lock(hash));
    if (lock === false) {
      throw new InvalidRequestError(
        `${cache.repo} is being downloaded, by this process or another one. Wait, or stop that.`,
        { details: { model: cache.repo, path: cache.folder } },
      );
    }
    if (typeof lock !== "string") binding.unlockFile(lock);
  }
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

async function removeRefs(
  cache: RepoCache,
  commits: ReadonlySet<string>,
  refs: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  for (const [commit, names] of refs) {
    if (commits.has(commit)) continue;
    for (const name of names) await rm(cache.ref(name), { force: true });
    await rm(cache.tree(commit), { force: true });
    await rm(join(cache.folder, ".no_exist", commit), { recursive: true, force: true });
  }
}
