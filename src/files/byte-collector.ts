import { mediaError, type FileLabel } from "./media-error.js";

/** Bytes that all files of a call may have together; each file counts what it gets. */
export class ByteBudget {
  readonly #allowed: number;
  #used = 0;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  /** @throws {MediaError} MEDIA when the files together are too large */
  add(label: FileLabel, bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#allowed) {
      throw mediaError(
        label,
        `makes the files larger than ${inMebibytes(this.#allowed)} together`,
        {
          remedy: "Give fewer files, or raise file_limits.total_bytes.",
          details: { limit: "total_bytes", allowed: this.#allowed },
        },
      );
    }
  }
}

/** Gathers the bytes of one file, and stops at its limit. */
export class ByteCollector {
  readonly #label: FileLabel;
  readonly #allowed: number;
  readonly #budget: ByteBudget;
  readonly #pieces: Uint8Array[] = [];
  /** Where pieces are put as they come, if their number was told: copying 100 MB takes time. */
  #whole = new Uint8Array(0);
  #length = 0;

  constructor(label: FileLabel, allowed: number, budget: ByteBudget) {
    this.#label = label;
    this.#allowed = allowed;
    this.#budget = budget;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * For a size that is known beforehand, which need not be true: nothing is read of a file
   * that is too large.
   * @throws {MediaError} MEDIA
   */
  expect(bytes: number): void {
    this.check(bytes);
    if (this.#length === 0) this.#whole = new Uint8Array(bytes);
  }

  /**
   * Keeps a piece, which is the collector's from now on.
   * @throws {MediaError} MEDIA at the limit
   */
  add(piece: Uint8Array): void {
    const start = this.#length;
    this.#length += piece.byteLength;
    this.check(this.#length);
    this.#budget.add(this.#label, piece.byteLength);
    // Once one did not fit, those behind it do not, either.
    if (this.#length <= this.#whole.length) this.#whole.set(piece, start);
    else this.#pieces.push(piece);
  }

  /** All pieces as one array that owns its memory, so that it can be given away. */
  finish(): Uint8Array<ArrayBuffer> {
    const [first] = this.#pieces;
    if (first === undefined) return this.#exactWhole();
    if (first.length === this.#length && first.buffer instanceof ArrayBuffer) {
      if (first.length === first.buffer.byteLength) return new Uint8Array(first.buffer);
    }
    const bytes = new Uint8Array(this.#length);
    let at = this.#pieces.reduce((rest, piece) => rest - piece.byteLength, this.#length);
    bytes.set(this.#whole.subarray(0, at));
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.byteLength;
    }
    return bytes;
  }

  #exactWhole(): Uint8Array<ArrayBuffer> {
    return this.#length === this.#whole.length ? this.#whole : this.#whole.slice(0, this.#length);
  }

  /**
   * For an estimate that is no more than the truth.
   * @throws {MediaError} MEDIA beyond the limit
   */
  check(bytes: number): void {
    if (bytes <= this.#allowed) return;
    throw mediaError(this.#label, `has more than ${inMebibytes(this.#allowed)}`, {
      remedy: "Give a smaller one, or raise file_limits.bytes.",
      details: { limit: "bytes", bytes, allowed: this.#allowed },
    });
  }
}

/** A number of bytes for people: 100 MiB, 1.5 KiB. */
export function inMebibytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  const unit = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), 3);
  return `${String(Number((bytes / 1024 ** unit).toPrecision(3)))} ${units[unit] ?? ""}`;
}
