const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/**
 * A WebAssembly module whose memory may not grow beyond so many pages of 64 KiB. Its own
 * maximum, which is in its memory section, is written over.
 */
export function limitMemory(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  let at = HEADER_BYTES;
  while (at < module.length) {
    const id = module[at];
    const [size, start] = readNumber(module, at + 1);
    if (id === MEMORY_SECTION) return withMaximum(module, start, pages);
    at = start + size;
  }
  throw new Error("The module has no memory of its own");
}

function withMaximum(module: Uint8Array, start: number, pages: number): Uint8Array<ArrayBuffer> {
  const [, flagsAt] = readNumber(module, start);
  if (((module[flagsAt] ?? 0) & HAS_MAXIMUM) === 0) throw new Error("The memory has no maximum");
  const [initial, maximumAt] = readNumber(module, flagsAt + 1);
  const [maximum, end] = readNumber(module, maximumAt);
  // Not slice(): that of a Buffer copies nothing.
  const limited = new Uint8Array(module);
  let rest = Math.max(initial, Math.min(maximum, pages));
  // In as many bytes as it had: nothing behind it moves.
  for (let index = maximumAt; index < end; index++) {
    limited[index] = (rest & 0x7f) | (index + 1 < end ? 0x80 : 0);
    rest >>>= 7;
  }
  return limited;
}

/** An unsigned LEB128 number, and where it ends. */
function readNumber(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7, at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return [value, at + 1];
  }
}
