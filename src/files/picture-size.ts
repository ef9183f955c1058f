/** Segments and filling bytes of a JPEG that are looked at: more than any has in front. */
const MAX_STEPS = 10_000;

/**
 * How many pixels a picture has that the core decodes, by its header; undefined where the
 * header does not say it, which the core then finds out.
 */
export function pixelCount(bytes: Uint8Array, type: string): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (type) {
      case "image/png":
        return view.readUInt32BE(16) * view.readUInt32BE(20);
      case "image/gif":
        return view.readUInt16LE(6) * view.readUInt16LE(8);
      case "image/bmp":
        return bmpPixels(view);
      case "image/jpeg":
        return jpegPixels(view);
      default:
        return undefined;
    }
  } catch (error) {
    // It ends within its header.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Heights below zero are those of pictures whose first row is at the top. */
function bmpPixels(view: Buffer): number {
  const isOldest = view.readUInt32LE(14) === 12;
  if (isOldest) return view.readUInt16LE(18) * view.readUInt16LE(20);
  return view.readUInt32LE(18) * Math.abs(view.readInt32LE(22));
}

/** From segment to segment, up to the one that begins a frame. */
function jpegPixels(view: Buffer): number | undefined {
  for (let at = 2, steps = 0; steps < MAX_STEPS; ++steps) {
    if (view.readUInt8(at) !== 0xff) return undefined;
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
    } else if (isFrame(marker)) {
      return view.readUInt16BE(at + 5) * view.readUInt16BE(at + 7);
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
    } else if (marker === 0xd9 || marker === 0xda) {
      return undefined;
    } else {
      at += 2 + view.readUInt16BE(at + 2);
    }
  }
  return undefined;
}

/** All from C0 to CF but those of tables, of arithmetic coding and of extensions. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
