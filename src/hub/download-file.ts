import { mkdir, rename } from "node:fs/promises";

import { ProviderConnectionError } from "../errors.js";
import type { LogSink } from "../config/logger.js";
import type { RepoCache } from "./cache-layout.js";
import { DigestFollower } from "./digest-follower.js";
import { expectedDigest, startDigest } from "./digest.js";
import { blobName, type HubFile } from "./hub-file.js";
import type { HubConnection } from "./http.js";
import { withLock } from "./lock.js";
import { bytesOfPart, PartFile, removePart } from "./part-file.js";
import type { DownloadProgress } from "./progress.js";
import { receiveRanges } from "./receive-ranges.js";
import type { HubSettings } from "./settings.js";
import { hasBlob, isInSnapshot, linkIntoSnapshot } from "./snapshot-link.js";

/** Complete files that turn out damaged, before it is given up. */
const MAX_DAMAGED = 2;

/** Where files come from, and where they go. */
export interface Download {
  readonly hub: HubConnection;
  readonly settings: HubSettings;
  readonly cache: RepoCache;
  readonly commit: string;
  readonly signal: AbortSignal;
  readonly progress: DownloadProgress;
  readonly log: LogSink;
}

/**
 * Brings one file into the snapshot, verified. Whoever else wants it at the same time, in this
 * process or in another one, waits, and finds it then.
 *
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION when what comes is damaged again and again
 */
export async function downloadFile(download: Download, file: HubFile): Promise<void> {
  const { cache, commit, signal, progress, log, settings } = download;
  const hash = blobName(file);
  await mkdir(cache.blobs, { recursive: true });
  await mkdir(cache.locks, { recursive: true });
  const onWait = async (): Promise<void> => {
    const bytes = await bytesOfPart(cache.part(hash), cache.journal(hash), file.size);
    progress.set(file.path, bytes, true);
  };
  const onNone = (reason: string): void => {
    log("info", `Downloading without a lock: ${reason}`);
  };
  await withLock(cache.lock(hash), { signal, onWait, onNone }, async () => {
    if (!(await isInSnapshot(cache, commit, file))) {
      const isNew = !(await hasBlob(cache, file));
      if (isNew) await downloadBlob(download, file);
      await linkIntoSnapshot(cache, commit, file, { symlinks: settings.symlinks, isNew });
    }
  });
  progress.set(file.path, file.size, false);
}

/** Downloads and verifies a file's content. The caller holds its lock. */
async function downloadBlob(download: Download, file: HubFile): Promise<void> {
  const { cache, hub, log } = download;
  const hash = blobName(file);
  const [path, journal] = [cache.part(hash), cache.journal(hash)];
  const expected = expectedDigest(file);
  for (let damaged = 1; ; damaged++) {
    const digest = await receive(download, file);
    if (digest === expected.hex) break;
    await removePart(path, journal);
    const { host } = hub.url();
    const text = `${file.path} of ${cache.repo} came damaged from ${host}`;
    if (damaged > MAX_DAMAGED) {
      throw new ProviderConnectionError(
        `${text}, ${String(damaged)} times: its hash is not ${expected.hex}. Something on the way ` +
          "changes files, such as a proxy or a virus scanner, or the disk is broken.",
        { details: { model: cache.repo, file: file.path, host } },
      );
    }
    log("warn", `${text}, and is downloaded again.`);
  }
  await rename(path, cache.blob(hash));
  await removePart(path, journal);
}

/** Gives the digest of what is there in the end. */
async function receive(download: Download, file: HubFile): Promise<string> {
  const { cache, hub, commit, settings, signal, progress, log } = download;
  const hash = blobName(file);
  const part = await PartFile.open(cache.part(hash), cache.journal(hash), file.size);
  const follower = new DigestFollower(part, startDigest(expectedDigest(file), file.size));
  try {
    progress.set(file.path, part.done.bytes, false);
    follower.follow();
    await receiveRanges(part, {
      connections: settings.connections,
      open: async ([start, end], inner) =>
        await hub.get({
          url: hub.url(cache.repo, "resolve", commit, file.path),
          headers: { range: `bytes=${String(start)}-${String(end - 1)}` },
          signal: inner,
        }),
      retries: {
        signal,
        delayMs: settings.retryDelayMs,
        onRetry: ({ message }, wait) => {
          log("info", `${file.path}: ${message}; next attempt in ${String(Math.round(wait))} ms`);
        },
      },
      onBytes: () => {
        progress.set(file.path, part.done.bytes, true);
        follower.follow();
      },
    });
    return await follower.finish();
  } finally {
    await follower.stop();
    await part.close();
  }
}
