import type { RepoCache } from "./cache-layout.js";
import { readTree, writeTree } from "./cache-notes.js";
import { toHubError, type Asked } from "./hub-error.js";
import { COMMIT, type HubFile } from "./hub-file.js";
import { StatusError, type HubConnection } from "./http.js";
import { withRetries } from "./retry.js";
import type { HubSettings } from "./settings.js";
import { similarRepos, similarRevision } from "./suggest.js";
import { findCommit, listFiles } from "./tree.js";

/** A repository on the Hub at one commit. */
export interface RemoteRepo {
  readonly commit: string;
  /** All of its files. */
  readonly files: readonly HubFile[];
}

export interface FindRemoteOptions {
  readonly settings: HubSettings;
  readonly signal: AbortSignal;
  /** There is something in the cache to fall back to: patience is not worth it. */
  readonly isCached: boolean;
}

/**
 * What a repository has at a revision. Listings are kept in the cache, for commits do not change;
 * which commit a branch means now is asked each time.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND with the nearest names
 * @throws {AuthenticationError} AUTHENTICATION
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 */
export async function findRemote(
  hub: HubConnection,
  cache: RepoCache,
  asked: Asked,
  { settings, signal, isCached }: FindRemoteOptions,
): Promise<RemoteRepo> {
  const { repo, revision } = asked;
  const retries = {
    signal,
    delayMs: settings.retryDelayMs,
    ...(isCached ? { attempts: 1 } : {}),
  };
  const ask = { signal, ...(isCached ? { timeoutMs: settings.metadataTimeoutMs } : {}) };
  try {
    const commit = COMMIT.test(revision)
      ? revision
      : await withRetries(retries, () => findCommit(hub, repo, revision, ask));
    const known = await readTree(cache, commit);
    if (known !== undefined) return { commit, files: known };
    const files = await withRetries(retries, () => listFiles(hub, repo, commit, ask));
    await writeTree(cache, commit, files);
    return { commit, files };
  } catch (error) {
    signal.throwIfAborted();
    const near = isCached ? [] : await similarNames(hub, asked, error, signal);
    throw toHubError(error, { ...asked, near }, settings);
  }
}

async function similarNames(
  hub: HubConnection,
  { repo, revision }: Asked,
  error: unknown,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!(error instanceof StatusError)) return [];
  if (error.hubCode === "RevisionNotFound") {
    const near = await similarRevision(hub, repo, revision, signal);
    return near === undefined ? [] : [near];
  }
  const isMissing = error.hubCode === "RepoNotFound" || error.status === 404;
  return isMissing || error.status === 401 ? await similarRepos(hub, repo, signal) : [];
}
