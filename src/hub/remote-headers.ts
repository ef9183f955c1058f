import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ModelLoadingError } from "../errors.js";
import { RepoCache } from "./cache-layout.js";
import { chooseFiles } from "./choose-files.js";
import { downloadFiles } from "./download-files.js";
import { fetchHeader } from "./fetch-header.js";
import { findRemote } from "./find-remote.js";
import { isGguf } from "./gguf-groups.js";
import { toHubError, type Asked } from "./hub-error.js";
import type { HubFile } from "./hub-file.js";
import { HubConnection } from "./http.js";
import {
  findInCache,
  revisionOf,
  shardsOf,
  type SnapshotOptions,
  type SnapshotRequest,
} from "./snapshot.js";

/** What people wrote about a model; loading does not read it. */
const CARD = "README.md";
/** Longer ones are no cards. */
const MAX_CARD_BYTES = 16 * 1024 * 1024;
/** Of a configuration or a vocabulary; the largest of today have a tenth of it. */
const MAX_SMALL_BYTES = 512 * 1024 * 1024;

/** A model without its weights, to be looked at. */
export interface ModelHeaders {
  readonly isCheckpoint: boolean;
  /** Absolute, of the folder of a checkpoint or of a GGUF file. */
  readonly path: string;
  /** Of the projector that came with it; absolute. */
  readonly projector: string | undefined;
  /** Of its page; undefined when it is in the cache, with its weights. */
  readonly url: string | undefined;
}

/**
 * Lets a model of the Hub be looked at before it is downloaded: its configuration, its tokenizer
 * and the headers of its weights are fetched, and lie in a folder of their own until the work is
 * done. Files of weights have their sizes there, and nothing behind their headers.
 *
 * @throws what `fetchSnapshot` throws
 */
export async function withHeaders<T>(
  request: SnapshotRequest,
  options: SnapshotOptions,
  work: (headers: ModelHeaders) => Promise<T>,
): Promise<T> {
  const cached = await findInCache(request);
  if (cached !== undefined) {
    const { kind, path, projector } = cached;
    return await work({ path, projector, isCheckpoint: kind === "checkpoint", url: undefined });
  }
  const hub = new HubConnection(request.settings);
  const folder = await mkdtemp(join(tmpdir(), "abstractllm-headers-"));
  try {
    return await work(await fetchHeaders(hub, folder, request, options));
  } finally {
    hub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchHeaders(
  hub: HubConnection,
  folder: string,
  request: SnapshotRequest,
  { signal, onProgress, log = () => undefined }: SnapshotOptions,
): Promise<ModelHeaders> {
  const { settings, reference, model } = request;
  const { repo } = reference;
  const cache = new RepoCache(settings.cacheFolder, repo);
  const asked: Asked = { model, repo, revision: revisionOf(request) };
  try {
    const { commit, files } = await findRemote(hub, cache, asked, {
      settings,
      signal,
      isCached: false,
    });
    const choice = chooseFiles(files, { ...request, ...reference });
    const card = files.filter(({ path, size }) => path === CARD && size <= MAX_CARD_BYTES);
    const small = [...choice.files.filter(({ path }) => !isWeights(path)), ...card];
    for (const file of small) refuseLarge(repo, file);
    // They are needed in any case, and are kept.
    await downloadFiles(cache, commit, small, { hub, settings, signal, onProgress, log });
    const shards = await shardsOf(cache, commit, choice, files);
    for (const { path } of small) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(cache.file(commit, path), join(folder, path));
    }
    const retries = { signal, delayMs: settings.retryDelayMs };
    for (const file of [...choice.files, ...shards].filter(({ path }) => isWeights(path))) {
      await mkdir(dirname(join(folder, file.path)), { recursive: true });
      await fetchHeader({ hub, repo, commit, file, retries }, join(folder, file.path));
    }
    const { main, kind, projector } = choice;
    return {
      isCheckpoint: kind === "checkpoint",
      projector: projector === undefined ? undefined : join(folder, projector.path),
      path: main === undefined ? folder : join(folder, main.path),
      url: hub.url(repo, main === undefined ? "tree" : "blob", commit, main?.path ?? "").href,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw toHubError(error, asked, settings);
  }
}

function refuseLarge(repo: string, { path, size }: HubFile): void {
  if (size <= MAX_SMALL_BYTES) return;
  throw new ModelLoadingError(
    `${path} of ${repo} has ${String(size)} bytes, which is more than makes sense for a file ` +
      "beside the weights. Download the model to look at it.",
    { details: { model: repo, file: path } },
  );
}

function isWeights(path: string): boolean {
  return isGguf(path) || path.endsWith(".safetensors");
}
