import type { FileLimits } from "./file-limits.js";

export type { FileLimits } from "./file-limits.js";

/**
 * What `files` takes: a path, or a file:, http:, https: or data: URL, as text or as a URL
 * object; bytes; a Blob or a File; a stream of bytes.
 */
export type FileInput =
  | string
  | URL
  | ArrayBufferView
  | ArrayBuffer
  | SharedArrayBuffer
  | Blob
  | AsyncIterable<Uint8Array>
  | WebStream;

/** A ReadableStream of bytes; by shape, because browsers' types and Node's are not the same. */
export interface WebStream {
  getReader(): unknown;
  readonly locked: boolean;
}

/** How files are read: those of a call, and those in its messages. */
export interface FileOptions {
  /**
   * How large files may be, and how long reading them may take. A call's replace the
   * constructor's as a whole.
   * @default {}
   */
  file_limits?: FileLimits | undefined;
  /**
   * Whether http: and https: URLs of files may lead to this machine and to private networks.
   * @default false
   */
  allow_local_addresses?: boolean | undefined;
}
