import type { ByteCollector } from "./byte-collector.js";
import { readDataUrl } from "./data-url.js";
import { download, type DownloadOptions } from "./download.js";
import { mediaError } from "./media-error.js";
import { readPath } from "./read-path.js";
import { readStream } from "./read-stream.js";
import type { Source } from "./source.js";

/** A file as it was read, and what was learnt of it on the way. */
export interface FileBytes {
  /** With memory of its own, which can be given away. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string | undefined;
  readonly declaredType: string | undefined;
}

/**
 * The bytes of a source, of whatever form.
 * @throws {MediaError} MEDIA
 */
export async function readSource(
  source: Source,
  collector: ByteCollector,
  options: DownloadOptions,
): Promise<FileBytes> {
  const { label, name, declaredType } = source;
  const learnt = await collect(source, collector, options);
  const bytes = collector.finish();
  if (bytes.length === 0) throw mediaError(label, "is empty");
  return { bytes, name: learnt.name ?? name, declaredType: learnt.declaredType ?? declaredType };
}

interface Learnt {
  readonly name?: string | undefined;
  readonly declaredType?: string | undefined;
}

async function collect(
  source: Source,
  collector: ByteCollector,
  options: DownloadOptions,
): Promise<Learnt> {
  const { label } = source;
  switch (source.form) {
    case "path":
      await readPath(source.path, label, collector, options.signal);
      return {};
    case "url":
      return await download(source.url, label, collector, options);
    case "data":
      return { declaredType: readDataUrl(source.url, label, collector) };
    case "bytes":
      collector.add(source.bytes);
      return {};
    case "blob":
      collector.expect(source.blob.size);
      await readStream(blobStream(source.blob), label, collector, options.signal);
      return {};
    case "stream":
      await readStream(source.stream, label, collector, options.signal);
      return {};
  }
}

/** Blobs of files are read from the disk, piece by piece. */
function blobStream(blob: Blob): AsyncIterable<unknown> {
  return blob.stream();
}
