import type { FileInput } from "../config/types-files.js";
import { convert } from "./convert.js";
import { DocumentThread } from "./document-thread.js";
import type { DownloadOptions } from "./download.js";
import { FILE_LIMITS, type FileLimits, type ResolvedFileLimits } from "../config/file-limits.js";
import { readSources, type DownloadListener } from "./read-sources.js";
import type { ResolvedFile } from "./resolved-file.js";
import { toSource, type Source } from "./source.js";
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

/** A file, and how errors call its place if it has no name: "files[0]" unless given. */
export interface FileRequest {
  readonly input: FileInput;
  readonly place?: string;
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
  const requests = inputs.map((input) => ({ input }));
  return (await resolveEach(requests, options)).flat();
}

/** The same, with what each file becomes in a list of its own. */
export async function resolveEach(
  requests: readonly FileRequest[],
  options: ResolveOptions = {},
): Promise<ResolvedFile[][]> {
  const { signal, onProgress, allowLocalAddresses = false, lookup, isLocal } = options;
  signal?.throwIfAborted();
  const limits = withDefaults(options.limits);
  const sources = requests.map(({ input, place }, index) =>
    withOwnBytes(toSource(input, index, place), limits.bytes),
  );
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

/** The caller may change its memory meanwhile. What is too large is refused in a moment. */
function withOwnBytes(source: Source, maxBytes: number): Source {
  if (source.form !== "bytes" || source.bytes.length > maxBytes) return source;
  return { ...source, bytes: new Uint8Array(source.bytes) };
}

function withDefaults(limits: FileLimits = {}): ResolvedFileLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...FILE_LIMITS, ...(Object.fromEntries(given) as Partial<ResolvedFileLimits>) };
}
