import { completeLimits, type FileLimits } from "../config/file-limits.js";
import type { FileInput } from "../config/types-files.js";
import { convert } from "./convert.js";
import { DocumentThread } from "./document-thread.js";
import type { DownloadOptions } from "./download.js";
import { readSources, type DownloadListener } from "./read-sources.js";
import type { ResolvedFile } from "./resolved-file.js";
import type { Source } from "./source.js";
import { SourceTaker } from "./take-source.js";
import { withTimeLimit } from "./time-limit.js";

export interface ResolveOptions {
  /** Those that are missing have their defaults. */
  readonly limits?: FileLimits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of downloads, in bytes of all of them together. */
  readonly onProgress?: DownloadListener | undefined;
  /** Whether URLs may lead to this machine and to private networks. Default false. */
  readonly allowLocalAddresses?: boolean | undefined;
  /**
   * Whether the model takes pictures, so that pages of a PDF that are pictures become some.
   * Without it, they are named in the text, and a PDF that has no others is an error.
   * Default true.
   */
  readonly pictures?: boolean | undefined;
  /** Finds the addresses of a host; Node's own by default. */
  readonly lookup?: DownloadOptions["lookup"];
  /** What counts as an address that is not to be connected to. */
  readonly isLocal?: DownloadOptions["isLocal"];
}

/**
 * Files as a model takes them, in their order: pictures and sounds as bytes or pixels,
 * documents and tables as delimited text. A PDF may become several: texts, and pages as
 * pictures.
 *
 * Bytes are copied before it returns. Reading and converting happen on other threads; nothing
 * of it is left when the promise settles. A call that the signal stops rejects with the
 * signal's reason.
 * @throws {MediaError} MEDIA naming the file, the reason and the remedy; the first failure
 *   stops all of it
 */
export async function resolveFiles(
  inputs: readonly FileInput[],
  options: ResolveOptions = {},
): Promise<ResolvedFile[]> {
  options.signal?.throwIfAborted();
  const taker = new SourceTaker(completeLimits(options.limits));
  const sources = inputs.map((input, index) =>
    taker.take(input, { place: `files[${String(index)}]`, index }),
  );
  return (await resolveSources(sources, options)).flat();
}

/** The same for files that were taken over already, with what each becomes in a list of its own. */
export async function resolveSources(
  sources: readonly Source[],
  options: ResolveOptions = {},
): Promise<ResolvedFile[][]> {
  const { signal, onProgress, allowLocalAddresses = false, lookup, isLocal } = options;
  signal?.throwIfAborted();
  const limits = completeLimits(options.limits);
  const network = { allowLocalAddresses, lookup, isLocal };
  const read = await readSources(sources, { limits, signal, onProgress, network });
  const pictures = options.pictures ?? true;
  const thread = new DocumentThread();
  const files: ResolvedFile[][] = [];
  try {
    for (const { label } of sources) {
      // Taken out of the list, so that what was converted is kept no longer.
      const file = read.shift();
      if (file === undefined) break;
      const work = async (inner: AbortSignal): Promise<ResolvedFile[]> =>
        await convert(file, label, { limits, thread, pictures, signal: inner });
      files.push(await withTimeLimit(label, limits.seconds, signal, work));
    }
  } finally {
    await thread.end();
  }
  return files;
}
