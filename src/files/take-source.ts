import type { ResolvedFileLimits } from "../config/file-limits.js";
import type { FileInput } from "../config/types-files.js";
import { ByteBudget, ByteCollector } from "./byte-collector.js";
import { mediaError } from "./media-error.js";
import { toSource, type Source } from "./source.js";

/** Where errors say that a file is, if it has no name. */
export interface FilePlace {
  /** "files[0]", "messages[1].content[0]" */
  readonly place: string;
  /** Its place in `files`; undefined for one that is in a message. */
  readonly index: number | undefined;
}

/**
 * Takes over the files of a call, at the moment of the call: what is no file, and what is
 * known to be too large, is refused before anything is read or loaded, and bytes are copied,
 * since the caller may change its memory afterwards.
 */
export class SourceTaker {
  readonly #limits: ResolvedFileLimits;
  readonly #budget: ByteBudget;

  constructor(limits: ResolvedFileLimits) {
    this.#limits = limits;
    this.#budget = new ByteBudget(limits.total_bytes);
  }

  /** @throws {MediaError} MEDIA */
  take(input: unknown, { place, index }: FilePlace): Source {
    const source = toSource(input, index, place);
    if (source.form === "bytes") return this.#takeBytes(source);
    if (source.form === "blob") this.#check(source, source.blob.size);
    if (source.form === "stream") quieten(source.stream);
    return source;
  }

  #takeBytes(source: Source & { readonly form: "bytes" }): Source {
    const { bytes, label } = source;
    if (bytes.length === 0) throw mediaError(label, "is empty");
    this.#check(source, bytes.length);
    return { ...source, bytes: new Uint8Array(bytes) };
  }

  #check({ label }: Source, bytes: number): void {
    new ByteCollector(label, this.#limits.bytes, this.#budget).check(bytes);
    this.#budget.add(label, bytes);
  }
}

/**
 * Lets go of the streams that a failed call has not begun to read: those of Node are
 * destroyed, those of the web cancelled. What was begun has ended with the reading of it, or
 * is somebody else's.
 */
export function releaseInputs(inputs: readonly FileInput[]): void {
  for (const input of inputs) {
    // Anything may be in the array of a call that fails.
    if (isUnread(input)) release(input);
  }
}

interface Unread {
  readonly destroy?: unknown;
  readonly cancel?: unknown;
}

function isUnread(input: unknown): input is Unread {
  if (typeof input !== "object" || input === null) return false;
  if (!(Symbol.asyncIterator in input || "getReader" in input)) return false;
  const { readableDidRead, locked } = input as Record<string, unknown>;
  return readableDidRead !== true && locked !== true;
}

function release(stream: Unread): void {
  const { destroy, cancel } = stream;
  if (typeof destroy === "function") {
    quieten(stream);
    destroy.call(stream);
  } else if (typeof cancel === "function") {
    // Nobody is left who could be told that it failed.
    Promise.resolve(cancel.call(stream)).catch(() => undefined);
  }
}

/**
 * A stream of Node may fail before anybody reads it, such as one of a file that is not there:
 * without a listener, that would end the process. Whoever reads it learns of the failure.
 */
function quieten(stream: object): void {
  const { on } = stream as { on?: unknown };
  if (typeof on === "function") on.call(stream, "error", () => undefined);
}
