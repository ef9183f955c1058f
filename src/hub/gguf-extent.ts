/** Bytes of each type of value in GGUF's metadata; 0 for those with a length of their own. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;
const STRING = 8;
const ARRAY = 9;
const MAGIC = 0x46554747;
const MAX_DEPTH = 4;

/** There are not enough bytes to tell. */
class Short extends Error {}

/**
 * How many bytes the header of a GGUF file has, with its metadata and the list of its tensors,
 * by its beginning; undefined when the header goes on behind what is given. What is no GGUF file
 * has a header of the length given: whoever reads it says what is wrong.
 */
export function ggufHeaderBytes(start: Buffer): number | undefined {
  try {
    return headerEnd(new Reader(start));
  } catch (error) {
    if (error instanceof Short) return undefined;
    if (error instanceof RangeError) return start.length;
    throw error;
  }
}

function headerEnd(reader: Reader): number {
  const magic = reader.u32();
  const version = reader.u32();
  if (magic !== MAGIC || version < 2 || version > 3)
    throw new RangeError("no GGUF of versions 2, 3");
  const tensors = reader.u64();
  const pairs = reader.u64();
  for (let pair = 0; pair < pairs; pair++) {
    reader.skip(reader.u64());
    skipValue(reader, reader.u32(), 0);
  }
  for (let tensor = 0; tensor < tensors; tensor++) {
    reader.skip(reader.u64());
    // Its dimensions, its type and its offset.
    reader.skip(8 * reader.u32() + 4 + 8);
  }
  return reader.at;
}

function skipValue(reader: Reader, type: number, depth: number): void {
  if (type === STRING) {
    reader.skip(reader.u64());
  } else if (type === ARRAY) {
    const inner = reader.u32();
    const count = reader.u64();
    if (depth === MAX_DEPTH) throw new RangeError("arrays within arrays");
    const size = SIZES[inner];
    if (size === undefined) throw new RangeError("an unknown type");
    if (size > 0) reader.skip(size * count);
    else for (let item = 0; item < count; item++) skipValue(reader, inner, depth + 1);
  } else {
    const size = SIZES[type];
    if (size === undefined) throw new RangeError("an unknown type");
    reader.skip(size);
  }
}

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u32(): number {
    this.skip(4);
    return this.#bytes.readUInt32LE(this.at - 4);
  }

  u64(): number {
    this.skip(8);
    // Not as a bigint: vocabularies have a million lengths.
    const high = this.#bytes.readUInt32LE(this.at - 4);
    // No file has as much of anything.
    if (high >= 2 ** 16) throw new RangeError("a number that is too large");
    return high * 2 ** 32 + this.#bytes.readUInt32LE(this.at - 8);
  }

  skip(count: number): void {
    if (this.at + count > this.#bytes.length) throw new Short();
    this.at += count;
  }
}
