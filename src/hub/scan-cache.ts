import { lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";

import { RepoCache, repoOfFolder } from "./cache-layout.js";

/** A file of a snapshot, and the content that it leads to. */
export interface CachedFile {
  readonly commit: string;
  /** Within the repository, with "/". */
  readonly path: string;
  /** Name of its blob; undefined where the snapshot has the file itself. */
  readonly blob: string | undefined;
  readonly size: number;
  /** The blob is gone. */
  readonly isBroken: boolean;
}

/** What the cache has of one repository. */
export interface CachedRepo {
  readonly cache: RepoCache;
  readonly files: readonly CachedFile[];
  /** Branches and tags, by the commits that they meant last. */
  readonly refs: ReadonlyMap<string, readonly string[]>;
  /** Files of the folder for contents, complete or not, with their sizes on the disk. */
  readonly blobs: ReadonlyMap<string, number>;
  /** Bytes on the disk, begun downloads included. */
  readonly size: number;
}

/** The repositories of models in a cache, by name. */
export async function scanCache(root: string): Promise<CachedRepo[]> {
  const names = await readdir(root).catch((): string[] => []);
  const repos = names
    .sort()
    .map(repoOfFolder)
    .filter((repo) => repo !== undefined);
  const scanned: CachedRepo[] = [];
  for (const repo of repos) scanned.push(await scanRepo(new RepoCache(root, repo)));
  return scanned.filter(({ files, blobs }) => files.length > 0 || blobs.size > 0);
}

export async function scanRepo(cache: RepoCache): Promise<CachedRepo> {
  const blobs = await sizesIn(cache.blobs);
  const files: CachedFile[] = [];
  for (const commit of await readdir(cache.snapshots).catch((): string[] => [])) {
    files.push(...(await filesOf(cache, commit)));
  }
  const own = files.filter(({ blob }) => blob === undefined);
  const size = [...blobs.values(), ...own.map((file) => file.size)].reduce((a, b) => a + b, 0);
  return { cache, files, blobs, size, refs: await refsOf(cache) };
}

/** Blobs that are not complete, by name. */
export function isIncomplete(blob: string): boolean {
  return blob.endsWith(".incomplete");
}

async function filesOf(cache: RepoCache, commit: string): Promise<CachedFile[]> {
  const folder = cache.snapshot(commit);
  const files: CachedFile[] = [];
  for (const name of (await readdir(folder, { recursive: true }).catch(() => [])).sort()) {
    const full = join(folder, name);
    const entry = await lstat(full).catch(() => undefined);
    if (entry === undefined || entry.isDirectory()) continue;
    const blob = entry.isSymbolicLink() ? basename(await readlink(full)) : undefined;
    const target = await stat(full).catch(() => undefined);
    const path = name.replaceAll(sep, "/");
    files.push({ commit, path, blob, size: target?.size ?? 0, isBroken: target === undefined });
  }
  return files;
}

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() !== true && found?.isSymbolicLink() !== true) continue;
    // Of a part with gaps, what it takes: it has its final length from the beginning.
    const onDisk = isIncomplete(name) && found.blocks > 0 ? found.blocks * 512 : found.size;
    sizes.set(name, Math.min(onDisk, found.size));
  }
  return sizes;
}

async function refsOf(cache: RepoCache): Promise<Map<string, string[]>> {
  const refs = new Map<string, string[]>();
  for (const name of await readdir(cache.refs, { recursive: true }).catch((): string[] => [])) {
    const commit = await readFile(join(cache.refs, name), "utf8").catch(() => undefined);
    if (commit === undefined) continue;
    const key = commit.trim();
    refs.set(key, [...(refs.get(key) ?? []), name.replaceAll(sep, "/")]);
  }
  return refs;
}
