import { ByteBudget, ByteCollector } from "./byte-collector.js";
import type { DownloadOptions } from "./download.js";
import type { ResolvedFileLimits } from "../config/file-limits.js";
import { linkAbort } from "./link-abort.js";
import { readSource, type FileBytes } from "./read-source.js";
import type { Source } from "./source.js";
import { withTimeLimit } from "./time-limit.js";

/** Files that are read or downloaded at the same time. */
const READERS = 4;

export type DownloadListener = (progress: {
  stage: "download";
  done: number;
  total: number;
}) => void;

export interface ReadOptions {
  readonly limits: ResolvedFileLimits;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: DownloadListener | undefined;
  /** Where downloads may go, and how. */
  readonly network: Pick<DownloadOptions, "allowLocalAddresses" | "lookup" | "isLocal">;
}

/**
 * Reads all sources, some at a time. The first failure stops the others, and is the one
 * that is thrown.
 * @throws {MediaError} MEDIA
 */
export async function readSources(
  sources: readonly Source[],
  options: ReadOptions,
): Promise<FileBytes[]> {
  const { limits, signal } = options;
  const budget = new ByteBudget(limits.total_bytes);
  const progress = new DownloadProgress(options.onProgress);
  const results = new Map<Source, FileBytes>();
  const waiting = [...sources];
  const all = new AbortController();
  const reader = async (): Promise<void> => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const { label } = source;
      const collector = new ByteCollector(label, limits.bytes, budget);
      const onProgress = source.form === "url" ? progress.listener() : undefined;
      const one = source;
      const read = async (inner: AbortSignal): Promise<FileBytes> =>
        await readSource(one, collector, { ...options.network, onProgress, signal: inner });
      results.set(one, await withTimeLimit(label, limits.seconds, all.signal, read));
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await reader();
    } catch (error) {
      // What the others throw then is this error again.
      all.abort(error);
    }
  };
  const unlink = linkAbort(signal, all);
  try {
    await Promise.all(Array.from({ length: READERS }, guarded));
    all.signal.throwIfAborted();
    return sources.flatMap((source) => results.get(source) ?? []);
  } finally {
    unlink();
  }
}

/** Adds up the downloads of a call. */
class DownloadProgress {
  readonly #onProgress: DownloadListener | undefined;
  readonly #files: { done: number; total: number }[] = [];

  constructor(onProgress: DownloadListener | undefined) {
    this.#onProgress = onProgress;
  }

  /** For one more download. */
  listener(): (done: number, total: number) => void {
    const file = { done: 0, total: 0 };
    this.#files.push(file);
    return (done, total) => {
      Object.assign(file, { done, total });
      const sum = { done: 0, total: 0 };
      for (const one of this.#files) {
        sum.done += one.done;
        sum.total += one.total;
      }
      this.#onProgress?.({ stage: "download", ...sum });
    };
  }
}
