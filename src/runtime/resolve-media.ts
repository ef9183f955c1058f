import type { FileInput } from "../config/types.js";
import { UnsupportedFeatureError } from "../errors.js";
import { preview } from "../internal/preview.js";

/** A file that was read: what it is by its content, and its data. */
export type ResolvedFile =
  | {
      readonly kind: "image";
      readonly source:
        | { readonly bytes: Uint8Array }
        | { readonly width: number; readonly height: number; readonly rgb: Uint8Array };
    }
  | { readonly kind: "audio"; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string };

/** A file, and how errors call its place: "files[0]". */
export interface FileRequest {
  readonly input: FileInput;
  readonly place: string;
}

export interface ResolveMediaOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads files; each may become several, as a document has pages. Bytes are taken for a
 * picture: the core finds out which.
 *
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for anything but bytes
 */
export function resolveMedia(
  requests: readonly FileRequest[],
  { signal }: ResolveMediaOptions,
): Promise<ResolvedFile[][]> {
  return Promise.resolve().then(() => {
    signal?.throwIfAborted();
    return requests.map(({ input, place }) => {
      if (input instanceof Uint8Array) return [{ kind: "image", source: { bytes: input } }];
      const problem = `${place} is ${preview(input)}`;
      throw new UnsupportedFeatureError(
        `This version takes files as a Uint8Array or a Buffer only, and ${problem}.`,
        { details: { feature: "files", file: place } },
      );
    });
  });
}
