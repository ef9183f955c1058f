import { resolveProviderConfig } from "../config/resolve.js";
import { RepoCache } from "../hub/cache-layout.js";
import { groupName, isGguf, quantizationOf } from "../hub/gguf-groups.js";
import { parseRepoReference, type RepoReference } from "../hub/repo-reference.js";
import type { CachedFile, CachedRepo } from "../hub/scan-cache.js";
import { hubSettings } from "../hub/settings.js";
import type { Arguments } from "./arguments.js";
import { hubOptions } from "./hub-flags.js";
import { UsageError } from "./usage-error.js";

/** The cache that a command is about; absolute. */
export function cacheFolderOf(args: Arguments): string {
  return hubSettings(resolveProviderConfig(hubOptions(args)).hub).cacheFolder;
}

/** @throws {UsageError} for what is no repository */
export function referenceOf(model: string): RepoReference {
  const reference = parseRepoReference(model);
  if (reference !== undefined) return reference;
  throw new UsageError(
    `${JSON.stringify(model)} is no repository: write such as owner/name or owner/name:Q4_K_M.`,
  );
}

export function repoCacheOf(root: string, { repo }: RepoReference): RepoCache {
  return new RepoCache(root, repo);
}

/** Whether a file of the cache belongs to what was named. */
export function isMeant(
  { revision, file, quantization }: RepoReference,
  { refs }: CachedRepo,
): (candidate: CachedFile) => boolean {
  return ({ commit, path }) => {
    const isNamed = refs.get(commit)?.some((name) => name === revision) === true;
    if (revision !== undefined && !isNamed && !isCommit(commit, revision)) return false;
    if (file !== undefined && groupName(path) !== groupName(file)) return false;
    if (quantization === undefined) return true;
    return isGguf(path) && quantizationOf(groupName(path)) === quantization.toUpperCase();
  };
}

/** Commits are listed by their first digits, and may be named by those. */
function isCommit(commit: string, prefix: string): boolean {
  return /^[\da-f]{7,40}$/.test(prefix) && commit.startsWith(prefix);
}
