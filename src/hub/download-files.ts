import { mkdir } from "node:fs/promises";

import type { LogSink } from "../config/logger.js";
import type { ProgressListener } from "../config/types.js";
import type { RepoCache } from "./cache-layout.js";
import { writeCacheTag } from "./cache-notes.js";
import { requireSpace } from "./disk-space.js";
import { downloadFile, type Download } from "./download-file.js";
import { blobName, totalSize, type HubFile } from "./hub-file.js";
import type { HubConnection } from "./http.js";
import { bytesOfPart } from "./part-file.js";
import { DownloadProgress } from "./progress.js";
import type { HubSettings } from "./settings.js";
import { hasBlob, isInSnapshot } from "./snapshot-link.js";

/** Smaller ones are fetched beside each other; larger ones one by one, in several ranges each. */
const LARGE_BYTES = 8 * 1024 * 1024;
const SMALL_AT_ONCE = 4;

export interface DownloadOptions {
  readonly hub: HubConnection;
  readonly settings: HubSettings;
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressListener | undefined;
  readonly log: LogSink;
}

/**
 * Brings files into the snapshot of a commit, those that are not there yet.
 *
 * @throws {ResourceError} RESOURCE when the disk has no room for them, before any is downloaded
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 */
export async function downloadFiles(
  cache: RepoCache,
  commit: string,
  files: readonly HubFile[],
  options: DownloadOptions,
): Promise<void> {
  const missing = await missingFiles(cache, commit, files);
  if (missing.length === 0) return;
  await writeCacheTag(cache);
  await mkdir(cache.blobs, { recursive: true });
  await requireSpace(cache.blobs, await bytesToCome(cache, missing), cache.repo);
  const { onProgress, ...rest } = options;
  const progress = new DownloadProgress(totalSize(missing), onProgress);
  options.log("info", `Downloading ${missing.map(({ path }) => path).join(", ")} of ${cache.repo}`);
  const download = { ...rest, cache, commit, progress };
  const large = missing.filter(({ size }) => size >= LARGE_BYTES);
  await downloadBesideEachOther(
    download,
    missing.filter((file) => !large.includes(file)),
  );
  for (const file of large) await downloadFile(download, file);
  progress.finish();
}

export async function missingFiles(
  cache: RepoCache,
  commit: string,
  files: readonly HubFile[],
): Promise<HubFile[]> {
  const missing: HubFile[] = [];
  for (const file of files) if (!(await isInSnapshot(cache, commit, file))) missing.push(file);
  return missing;
}

/** What the disk still has to take: of files that are begun, the rest. */
async function bytesToCome(cache: RepoCache, files: readonly HubFile[]): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    if (await hasBlob(cache, file)) continue;
    const hash = blobName(file);
    bytes += file.size - (await bytesOfPart(cache.part(hash), cache.journal(hash), file.size));
  }
  return bytes;
}

/** The first that fails ends the others. */
async function downloadBesideEachOther(
  download: Download,
  files: readonly HubFile[],
): Promise<void> {
  const controller = new AbortController();
  const signal = AbortSignal.any([download.signal, controller.signal]);
  const waiting = [...files];
  let failure: { readonly reason: unknown } | undefined;
  const run = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await downloadFile({ ...download, signal }, file);
    }
  };
  const runs = Array.from({ length: SMALL_AT_ONCE }, () =>
    run().catch((reason: unknown) => {
      failure ??= { reason };
      controller.abort(reason);
    }),
  );
  // All of them: none may touch the files any more when this rejects.
  await Promise.all(runs);
  if (failure !== undefined) throw failure.reason;
}
