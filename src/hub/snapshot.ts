import { readJsonObject } from "../checkpoint/read-json.js";
import { shardNames } from "../checkpoint/shards.js";
import {
  AbstractLLMError,
  AuthenticationError,
  InvalidParameterError,
  ModelNotFoundError,
  ProviderConnectionError,
} from "../errors.js";
import type { LogSink } from "../config/logger.js";
import type { ProgressListener } from "../config/types.js";
import { RepoCache } from "./cache-layout.js";
import { writeMissing, writeRef } from "./cache-notes.js";
import { absentFiles, chooseFiles, shardFiles, type Choice, type Wanted } from "./choose-files.js";
import { downloadFiles, missingFiles } from "./download-files.js";
import { findCached } from "./find-cached.js";
import { findRemote, type RemoteRepo } from "./find-remote.js";
import { toHubError, type Asked } from "./hub-error.js";
import type { HubFile } from "./hub-file.js";
import { HubConnection } from "./http.js";
import { isRepoPath, type RepoReference } from "./repo-reference.js";
import type { HubSettings } from "./settings.js";

/** What is wanted of the Hub, and how it is spoken to. */
export interface SnapshotRequest extends Pick<Wanted, "kind" | "memory" | "chooseProjector"> {
  /** As the user wrote it, for messages. */
  readonly model: string;
  readonly reference: RepoReference;
  /** The option `revision`. */
  readonly revision?: string | undefined;
  readonly settings: HubSettings;
}

export interface SnapshotOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressListener | undefined;
  readonly log?: LogSink | undefined;
}

/** Files of the Hub on this machine. */
export interface Snapshot {
  readonly kind: Choice["kind"];
  readonly commit: string;
  /** Absolute: the folder of a checkpoint or an adapter, else the file that is opened. */
  readonly path: string;
  /** Absolute, of a GGUF model that sees. */
  readonly projector: string | undefined;
  /** All that belong to it. */
  readonly files: readonly HubFile[];
  /** Absolute, of all of them. */
  readonly folder: string;
}

const silent: LogSink = () => undefined;

/**
 * Finds a model in the cache, or downloads it into the cache. What was begun is gone on with;
 * what is there is used when the Hub cannot be reached.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND with the nearest names
 * @throws {AuthenticationError} AUTHENTICATION for gated repositories and refused tokens
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 * @throws {ResourceError} RESOURCE when the disk or the memory is too small
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for weights in other formats only
 */
export async function fetchSnapshot(
  request: SnapshotRequest,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const { settings, reference, model } = request;
  const revision = revisionOf(request);
  const cache = new RepoCache(settings.cacheFolder, reference.repo);
  const wanted: Wanted = { ...request, ...reference };
  const cached = await findInCache(request);
  options.signal.throwIfAborted();
  if (cached !== undefined && settings.offlineBy !== undefined) return cached;
  const hub = new HubConnection(settings);
  const asked: Asked = { model, repo: reference.repo, revision };
  try {
    return await fromHub(hub, cache, asked, wanted, cached, { ...options, settings });
  } catch (error) {
    options.signal.throwIfAborted();
    throw toHubError(error, asked, settings);
  } finally {
    hub.close();
  }
}

async function fromHub(
  hub: HubConnection,
  cache: RepoCache,
  asked: Asked,
  wanted: Wanted,
  cached: Snapshot | undefined,
  { signal, onProgress, log = silent, settings }: SnapshotOptions & { settings: HubSettings },
): Promise<Snapshot> {
  const finding = { settings, signal, isCached: cached !== undefined };
  let found: RemoteRepo;
  try {
    found = await findRemote(hub, cache, asked, finding);
  } catch (error) {
    if (cached === undefined || !isOutage(error)) throw error;
    log("warn", `${error.message} The commit ${cached.commit} of the cache is used.`);
    return cached;
  }
  const { commit, files } = found;
  const choice = chooseFiles(files, wanted);
  const options = { hub, settings, signal, log };
  // It says which files there are besides, and with that how much there is to download.
  if (choice.index !== undefined) await downloadFiles(cache, commit, [choice.index], options);
  const needed = [...choice.files, ...(await shardsOf(cache, commit, choice, files))];
  await downloadFiles(cache, commit, needed, { ...options, onProgress });
  if (choice.kind === "checkpoint") await writeMissing(cache, commit, absentFiles(files));
  await writeRef(cache, asked.revision, commit);
  return snapshotOf(cache, commit, choice, needed);
}

/**
 * What is asked for, when the cache has all of it; at the commit that the revision meant when
 * it was last asked for.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND when it has not, and nothing may be downloaded
 */
export async function findInCache(request: SnapshotRequest): Promise<Snapshot | undefined> {
  const { settings, reference, model } = request;
  const cache = new RepoCache(settings.cacheFolder, reference.repo);
  const found = await usable(cache, revisionOf(request), { ...request, ...reference });
  if (found !== undefined || settings.offlineBy === undefined) return found;
  throw notCached(model, cache, settings.offlineBy);
}

async function usable(
  cache: RepoCache,
  revision: string,
  wanted: Wanted,
): Promise<Snapshot | undefined> {
  const found = await findCached(cache, revision);
  if (found === undefined) return undefined;
  const { commit, files } = found;
  try {
    const choice = chooseFiles(files, wanted);
    const needed = [...choice.files, ...(await shardsOf(cache, commit, choice, files))];
    const missing = await missingFiles(cache, commit, needed);
    return missing.length === 0 ? snapshotOf(cache, commit, choice, needed) : undefined;
  } catch (error) {
    if (error instanceof AbstractLLMError) return undefined;
    throw error;
  }
}

/** The weights that a checkpoint's index names; it is in the snapshot. */
export async function shardsOf(
  cache: RepoCache,
  commit: string,
  { index }: Choice,
  files: readonly HubFile[],
): Promise<HubFile[]> {
  if (index === undefined) return [];
  const path = cache.file(commit, index.path);
  const content = await readJsonObject(path);
  return content === undefined ? [] : shardFiles(files, shardNames(content, path), cache.repo);
}

function snapshotOf(
  cache: RepoCache,
  commit: string,
  { kind, main, projector }: Choice,
  files: readonly HubFile[],
): Snapshot {
  const folder = cache.snapshot(commit);
  return {
    kind,
    commit,
    folder,
    files,
    path: main === undefined ? folder : cache.file(commit, main.path),
    projector: projector === undefined ? undefined : cache.file(commit, projector.path),
  };
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER for two revisions, or none that can be one
 */
export function revisionOf({ reference, revision, model }: SnapshotRequest): string {
  if (
    reference.revision !== undefined &&
    revision !== undefined &&
    reference.revision !== revision
  ) {
    throw new InvalidParameterError(
      `model is ${JSON.stringify(model)}, and revision ${JSON.stringify(revision)}: name one revision.`,
      { details: { parameter: "revision", value: revision, allowed: "one revision" } },
    );
  }
  const name = reference.revision ?? revision ?? "main";
  if (isRepoPath(name)) return name;
  throw new InvalidParameterError(
    `revision is ${JSON.stringify(name)}, which cannot be the name of a branch, a tag or a commit.`,
    { details: { parameter: "revision", value: name, allowed: "a branch, a tag or a commit" } },
  );
}

/** Whether an error says that the Hub gives nothing now; a revision that is gone is a verdict. */
function isOutage(error: unknown): error is AbstractLLMError {
  if (error instanceof ModelNotFoundError) return !("revision" in error.details);
  return error instanceof ProviderConnectionError || error instanceof AuthenticationError;
}

function notCached(model: string, { root }: RepoCache, offlineBy: string): ModelNotFoundError {
  return new ModelNotFoundError(
    `${model} is not in the cache, ${root}, or not all of it; and ${offlineBy} forbids to ` +
      "download it.",
    { details: { model, path: root, parameter: offlineBy } },
  );
}
