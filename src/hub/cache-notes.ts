import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { RepoCache } from "./cache-layout.js";
import { COMMIT, SHA256, type HubFile } from "./hub-file.js";
import { isRepoPath } from "./repo-reference.js";
import { writeWhole } from "./write-whole.js";

/** The small files of the cache besides the models': refs, trees, .no_exist, CACHEDIR.TAG. */

const TREE_VERSION = 1;
const TAG =
  "Signature: 8a477f597d28d172789f06886806bc55\n# This directory holds downloaded models.\n";

/** The commit that a branch or a tag meant when it was last looked at. */
export async function readRef(cache: RepoCache, revision: string): Promise<string | undefined> {
  if (COMMIT.test(revision)) return revision;
  const text = await readFile(cache.ref(revision), "utf8").catch(() => "");
  return COMMIT.test(text.trim()) ? text.trim() : undefined;
}

export async function writeRef(cache: RepoCache, revision: string, commit: string): Promise<void> {
  if (revision === commit || (await readRef(cache, revision)) === commit) return;
  await writeWhole(cache.ref(revision), commit);
}

/** What a repository has at a commit, if somebody has asked before; commits do not change. */
export async function readTree(cache: RepoCache, commit: string): Promise<HubFile[] | undefined> {
  const text = await readFile(cache.tree(commit), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { format_version: version, files } = JSON.parse(text) as Record<string, unknown>;
    if (version !== TREE_VERSION || typeof files !== "object" || files === null) return undefined;
    const found = Object.entries(files).map(toFile);
    return found.includes(undefined) ? undefined : (found as HubFile[]);
  } catch {
    return undefined;
  }
}

function toFile([path, entry]: [string, unknown]): HubFile | undefined {
  if (typeof entry !== "object" || entry === null || !isRepoPath(path)) return undefined;
  const {
    size,
    blob_id: oid,
    lfs_sha256: hash,
    lfs_size: large,
  } = entry as Record<string, unknown>;
  const bytes = large ?? size;
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  if (typeof oid !== "string" || !COMMIT.test(oid)) return undefined;
  if (hash !== undefined && !(typeof hash === "string" && SHA256.test(hash))) return undefined;
  return { path, oid, size: bytes, sha256: hash };
}

/** In the form of huggingface_hub 1.x, which finds it, too. */
export async function writeTree(
  cache: RepoCache,
  commit: string,
  files: readonly HubFile[],
): Promise<void> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const entries = sorted.map(({ path, size, oid, sha256 }) => {
    const large = sha256 === undefined ? {} : { lfs_sha256: sha256, lfs_size: size };
    return [path, { size, blob_id: oid, ...large }] as const;
  });
  const tree = { format_version: TREE_VERSION, files: Object.fromEntries(entries) };
  await writeWhole(cache.tree(commit), JSON.stringify(tree, undefined, 1));
}

/** Notes files that were looked for and are not there, so that nobody asks again. */
export async function writeMissing(
  cache: RepoCache,
  commit: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const note = cache.noExist(commit, path);
    await mkdir(dirname(note), { recursive: true });
    await writeFile(note, "");
  }
}

/** Programs for backups leave such folders out. */
export async function writeCacheTag(cache: RepoCache): Promise<void> {
  await mkdir(cache.root, { recursive: true });
  await writeFile(join(cache.root, "CACHEDIR.TAG"), TAG, { flag: "wx" }).catch(() => undefined);
}
