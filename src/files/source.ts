import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { preview } from "../internal/preview.js";
import { mediaError, messageOf, type FileLabel } from "./media-error.js";
import { labelOfUrl, nameInUrl } from "./url-text.js";

/** Where the bytes of a file come from, and what is known of it before they are read. */
export type Source = SourceForm & {
  readonly label: FileLabel;
  /** Without a folder. */
  readonly name: string | undefined;
  readonly declaredType: string | undefined;
};

type SourceForm =
  | { readonly form: "path"; readonly path: string }
  | { readonly form: "url"; readonly url: URL }
  | { readonly form: "data"; readonly url: string }
  | { readonly form: "bytes"; readonly bytes: Uint8Array }
  | { readonly form: "blob"; readonly blob: Blob }
  | { readonly form: "stream"; readonly stream: AsyncIterable<unknown> };

/** Longer texts are no paths on any system. */
const MAX_PATH = 4096;
const ALLOWED =
  "Give a path, a URL, a Buffer, an ArrayBuffer, a Blob or a File, or a stream of bytes.";

/**
 * What a member of `files` is. Looks at nothing but the value itself.
 * @param index its place in `files`; undefined for one that is in a message
 * @param place how errors call it if it has no name
 * @throws {MediaError} MEDIA for what is no file
 */
export function toSource(input: unknown, index: number | undefined, place: string): Source {
  const label = { text: place, index };
  if (typeof input === "string") return fromText(input, label);
  if (typeof input !== "object" || input === null) {
    throw mediaError(label, `is ${preview(input)}`, { remedy: ALLOWED });
  }
  if (isUrl(input)) return fromUrl(input.href, label);
  const bytes = toBytes(input);
  if (bytes !== undefined) {
    const text = `${place} (${classOf(input)})`;
    return {
      form: "bytes",
      bytes,
      label: { text, index },
      name: undefined,
      declaredType: undefined,
    };
  }
  if (isBlob(input)) return fromBlob(input, label);
  const stream = toAsyncIterable(input);
  if (stream !== undefined) return fromStream(input, stream, label);
  throw mediaError(label, `is ${preview(input)}`, { remedy: ALLOWED });
}

function fromText(text: string, place: FileLabel): Source {
  if (text.trim() === "") throw mediaError(place, "is an empty text", { remedy: ALLOWED });
  if (/^(?:https?|file|data):/i.test(text)) return fromUrl(text, place);
  const scheme = /^([a-z][a-z\d+.-]+):\/\//i.exec(text)?.[1];
  if (scheme !== undefined) {
    throw mediaError(
      place,
      `is a URL of the scheme ${JSON.stringify(scheme)}, which is not served`,
      {
        remedy: "Served are file:, http:, https: and data:.",
      },
    );
  }
  if (text.length > MAX_PATH || text.includes("\n") || text.includes("\0")) {
    throw mediaError(place, `is ${preview(text)}, which is no path`, {
      remedy: "Text that is no file belongs into the prompt; base64 into a data: URL.",
    });
  }
  return fromPath(text, place);
}

function fromPath(path: string, { index }: FileLabel): Source {
  const label = { text: JSON.stringify(path), file: path, index };
  return { form: "path", path, label, name: basename(path), declaredType: undefined };
}

function fromUrl(text: string, place: FileLabel): Source {
  if (/^data:/i.test(text)) {
    const label = { ...place, text: `${place.text} (a data: URL)` };
    return { form: "data", url: text, label, name: undefined, declaredType: undefined };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw mediaError(place, "is not a valid URL", { cause });
  }
  if (url.protocol === "file:") return fromFileUrl(url, place);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw mediaError(place, `is a URL of the scheme ${JSON.stringify(url.protocol)}`, {
      remedy: "Served are file:, http:, https: and data:.",
    });
  }
  const label = { ...place, text: labelOfUrl(url) };
  return { form: "url", url, label, name: nameInUrl(url), declaredType: undefined };
}

function fromFileUrl(url: URL, place: FileLabel): Source {
  try {
    return fromPath(fileURLToPath(url), place);
  } catch (cause) {
    const label = { ...place, text: labelOfUrl(url) };
    throw mediaError(label, `is not the URL of a file here: ${messageOf(cause)}`, {
      remedy: "url.pathToFileURL() makes one.",
      cause,
    });
  }
}

function fromBlob(blob: Blob, { text, index }: FileLabel): Source {
  const name = (blob as Partial<File>).name;
  const isNamed = typeof name === "string" && name !== "";
  return {
    form: "blob",
    blob,
    label: isNamed
      ? { text: JSON.stringify(name), file: name, index }
      : { text: `${text} (a Blob)`, index },
    name: isNamed ? name : undefined,
    declaredType: blob.type === "" ? undefined : blob.type,
  };
}

function fromStream(
  input: object,
  stream: AsyncIterable<unknown>,
  { text, index }: FileLabel,
): Source {
  // Streams of files know where they come from.
  const { path } = input as { path?: unknown };
  const name = typeof path === "string" && path !== "" ? basename(path) : undefined;
  const label =
    name === undefined
      ? { text: `${text} (a stream)`, index }
      : { text: JSON.stringify(name), file: name, index };
  return { form: "stream", stream, label, name, declaredType: undefined };
}

/** By shape, not by class: URLs of other realms are as good. */
function isUrl(value: object): value is URL {
  const { href, protocol } = value as Partial<URL>;
  return typeof href === "string" && typeof protocol === "string";
}

function isBlob(value: object): value is Blob {
  const { size, stream, arrayBuffer } = value as Partial<Blob>;
  return (
    typeof size === "number" && typeof stream === "function" && typeof arrayBuffer === "function"
  );
}

function toBytes(value: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  // Of any realm; a detached one is empty, and reading it says so.
  const tag = Object.prototype.toString.call(value);
  const isBuffer = tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]";
  return isBuffer ? new Uint8Array(value as ArrayBuffer) : undefined;
}

function toAsyncIterable(value: object): AsyncIterable<unknown> | undefined {
  if (Symbol.asyncIterator in value) return value as AsyncIterable<unknown>;
  const { getReader } = value as { getReader?: unknown };
  return typeof getReader === "function" ? fromReader(value as WebStream) : undefined;
}

interface WebStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: unknown }>;
    cancel(): Promise<void>;
  };
}

/** For streams of the web that cannot be iterated, as older polyfills cannot. */
async function* fromReader(stream: WebStream): AsyncGenerator {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const next = await reader.read();
      isDone = next.done;
      if (isDone) return;
      yield next.value;
    }
  } finally {
    if (!isDone) await reader.cancel();
  }
}

function classOf(value: object): string {
  return preview(value)
    .replace(/^\[(\w+)\]$/, "a $1")
    .replace(/^a (?=[AEIOU])/, "an ");
}
