import { abortable } from "./abortable.js";
import type { ByteCollector } from "./byte-collector.js";
import { mediaError, messageOf, type FileLabel } from "./media-error.js";

/** What a stream of bytes may consist of. */
type Piece = unknown;

/**
 * Reads a stream or another async iterable to its end, to its limit, or until the signal
 * aborts; then the source is told that nobody reads any more.
 * @throws {MediaError} MEDIA
 */
export async function readStream(
  stream: AsyncIterable<Piece>,
  label: FileLabel,
  collector: ByteCollector,
  signal: AbortSignal,
): Promise<void> {
  const { errored } = stream as { errored?: unknown };
  if (errored !== undefined && errored !== null) throw unreadable(label, errored);
  if (isUsed(stream)) {
    throw mediaError(label, "is a stream that was read already, or that somebody else reads", {
      remedy: "Open it again for every call, or give its bytes.",
    });
  }
  const iterator = stream[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      const next = await abortable(Promise.resolve(iterator.next()), signal);
      isDone = next.done === true;
      if (isDone) return;
      collector.add(bytesOf(next.value, label));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isMediaError(error)) throw error;
    throw unreadable(label, error);
  } finally {
    if (!isDone) stop(stream, iterator);
  }
}

/** Not awaited: a generator that waits for something answers only when it has it. */
function stop(stream: AsyncIterable<Piece>, iterator: AsyncIterator<Piece>): void {
  const { destroy } = stream as { destroy?: unknown };
  // A stream of Node ends what its iterator waits for.
  if (typeof destroy === "function") destroy.call(stream);
  try {
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  } catch {
    // It has been told, and its troubles are its own.
  }
}

function unreadable(label: FileLabel, cause: unknown): Error {
  return mediaError(label, `cannot be read: ${messageOf(cause)}`, { cause });
}

function isUsed(stream: object): boolean {
  const { locked, readableDidRead, destroyed } = stream as Record<string, unknown>;
  return locked === true || readableDidRead === true || destroyed === true;
}

function bytesOf(piece: Piece, label: FileLabel): Uint8Array {
  if (typeof piece === "string") return Buffer.from(piece, "utf8");
  // A copy: the source may use its buffer again.
  if (ArrayBuffer.isView(piece)) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength).slice();
  }
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece).slice();
  throw mediaError(label, `is a stream of ${typeof piece}s, and not of bytes`, {
    remedy: "Give a stream of Buffers or Uint8Arrays.",
  });
}

function isMediaError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "MEDIA";
}
