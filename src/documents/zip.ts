import { constants, createInflateRaw } from "node:zlib";
import { damaged, DocumentError } from "./document-error.js";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Documents have tens of entries, books hundreds. */
const MAX_ENTRIES = 10_000;
/** Of all entries that are read of one archive, in bytes. */
const MAX_INFLATED = 512 * 2 ** 20;
/** Beyond it, what inflates a hundredfold is no document but a bomb. */
const BOMB_SIZE = 16 * 2 ** 20;
const BOMB_RATIO = 200;

interface ZipEntry {
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedSize: number;
  readonly offset: number;
}

/**
 * The entries of a zip archive in memory, inflated one at a time and piece by piece.
 * Nothing that the archive says of sizes is believed: what comes out is counted.
 */
export class ZipArchive {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #entries = new Map<string, ZipEntry>();
  #inflated = 0;

  /** @throws {DocumentError} for what is no archive, or has too many entries */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#readDirectory();
  }

  get names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * The content of an entry, in pieces.
   * @throws {DocumentError} for damage, encryption, and too much content
   */
  async *stream(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw damaged("it", `it lacks ${JSON.stringify(name)}`);
    const compressed = this.#compressed(entry);
    if (entry.method === STORED) {
      this.#count(compressed.length, compressed.length, compressed.length);
      yield compressed;
      return;
    }
    const inflater = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
    inflater.end(compressed);
    let total = 0;
    try {
      for await (const piece of inflater as AsyncIterable<Buffer>) {
        total += piece.length;
        this.#count(piece.length, total, compressed.length);
        yield piece;
      }
    } catch (error) {
      if (error instanceof DocumentError) throw error;
      throw damaged("it", `${JSON.stringify(name)} in it does not decompress`);
    } finally {
      inflater.destroy();
    }
  }

  /** The content of a small entry as a whole. */
  async read(name: string): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(name)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  #count(length: number, total: number, compressed: number): void {
    this.#inflated += length;
    const isBomb = total > BOMB_SIZE && total > compressed * BOMB_RATIO;
    if (isBomb || this.#inflated > MAX_INFLATED) {
      throw new DocumentError(
        "is a zip bomb: it inflates to far more than any document of its size has",
        "",
        { compressed_bytes: this.#bytes.length, inflated_bytes: this.#inflated },
      );
    }
  }

  #compressed({ offset, compressedSize, method, isEncrypted }: ZipEntry): Uint8Array {
    if (isEncrypted) throw encrypted();
    if (method !== STORED && method !== DEFLATED) {
      throw new DocumentError(
        `is compressed by method ${String(method)} of zip, which is not served`,
        "Save it again in the program that it is from.",
      );
    }
    if (offset + 30 > this.#bytes.length || this.#view.getUint32(offset, true) !== LOCAL_ENTRY) {
      throw damaged("it", "an entry of the archive is not where it should be");
    }
    const start =
      offset +
      30 +
      this.#view.getUint16(offset + 26, true) +
      this.#view.getUint16(offset + 28, true);
    if (start + compressedSize > this.#bytes.length) throw damaged("it", "it is cut off");
    return this.#bytes.subarray(start, start + compressedSize);
  }

  #readDirectory(): void {
    const end = this.#findEnd();
    const count = this.#view.getUint16(end + 10, true);
    let at = this.#view.getUint32(end + 16, true);
    if (count > MAX_ENTRIES) {
      throw new DocumentError(`has ${String(count)} entries, far more than any document`);
    }
    for (let index = 0; index < count; index++) at = this.#readEntry(at);
  }

  /** Reads an entry of the directory; returns where the next one begins. */
  #readEntry(at: number): number {
    const view = this.#view;
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
      throw damaged("it", "the directory of the archive is cut off");
    }
    const nameLength = view.getUint16(at + 28, true);
    const nameEnd = at + 46 + nameLength;
    // Some programs of Windows write backslashes.
    const name = Buffer.from(this.#bytes.subarray(at + 46, nameEnd)).toString("utf8");
    this.#entries.set(name.replaceAll("\\", "/").replace(/^\//, ""), {
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      compressedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    return nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }

  #findEnd(): number {
    const last = this.#view.byteLength - 22;
    for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
      if (this.#view.getUint32(at, true) === END_OF_DIRECTORY) return at;
    }
    throw damaged("it", "it is a zip archive without an end, so a part is missing");
  }
}

export function encrypted(): DocumentError {
  return new DocumentError("is encrypted", "Save it without a password.");
}
