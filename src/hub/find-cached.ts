import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";

import type { RepoCache } from "./cache-layout.js";
import { readRef, readTree } from "./cache-notes.js";
import type { HubFile } from "./hub-file.js";
import { isInSnapshot } from "./snapshot-link.js";

/** A snapshot of the cache, and those of its files that are there. */
export interface CachedSnapshot {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** What the cache has of a repository, as far as is known without asking anybody. */
export async function findCached(
  cache: RepoCache,
  revision: string,
): Promise<CachedSnapshot | undefined> {
  const commit = await readRef(cache, revision);
  if (commit === undefined) return undefined;
  const tree = await readTree(cache, commit);
  if (tree === undefined) {
    const files = await listSnapshot(cache.snapshot(commit));
    return files.length === 0 ? undefined : { commit, files };
  }
  const files: HubFile[] = [];
  for (const file of tree) if (await isInSnapshot(cache, commit, file)) files.push(file);
  return files.length === 0 ? undefined : { commit, files };
}

/** The files of a snapshot's folder. What they should be, nobody has said: sizes are as found. */
export async function listSnapshot(folder: string): Promise<HubFile[]> {
  const paths = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const files: HubFile[] = [];
  for (const path of paths.sort()) {
    // Links that lead nowhere are files whose blob was removed.
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found?.isFile() !== true) continue;
    files.push({ path: path.replaceAll(sep, "/"), size: found.size, oid: "", sha256: undefined });
  }
  return files;
}
