/** Where in a file something lies. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const MAX_SEGMENTS = 10_000;
/** Profiles of pictures are some kilobytes; a longer one is searched in its beginning. */
const MAX_PROFILE = 2 ** 20;

/**
 * Whether a JPEG or PNG says that its numbers mean other colours than those of sRGB: by a
 * profile of another name, such as Display P3 of phones. Without a profile, they are sRGB.
 */
export function hasForeignColours(bytes: Uint8Array, type: string): boolean {
  const range = type === "image/png" ? pngProfile(bytes) : jpegProfile(bytes);
  if (range === undefined) return false;
  const end = Math.min(range.end, range.start + MAX_PROFILE, bytes.length);
  const profile = Buffer.from(bytes.buffer, bytes.byteOffset + range.start, end - range.start);
  // A PNG's profile is compressed, and has a name in front.
  return !profile.includes("sRGB") && !profile.includes(Buffer.from("sRGB", "utf16le").swap16());
}

/** In the application segments 2 of a JPEG; the first of them has the profile's name. */
function jpegProfile(bytes: Uint8Array): Range | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && at + 4 <= view.length; count++) {
    if (view[at] !== 0xff) return undefined;
    const marker = view[at + 1] ?? 0;
    // The picture itself begins.
    if (marker === 0xda || marker === 0xd9) return undefined;
    const length = view.readUInt16BE(at + 2);
    const isProfile = marker === 0xe2 && view.toString("latin1", at + 4, at + 15) === "ICC_PROFILE";
    if (isProfile) return { start: at + 18, end: at + 2 + length };
    at += 2 + length;
  }
  return undefined;
}

function pngProfile(bytes: Uint8Array): Range | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  for (let count = 0; count < MAX_SEGMENTS && at + 12 <= view.length; count++) {
    const length = view.readUInt32BE(at);
    const type = view.toString("latin1", at + 4, at + 8);
    // sRGB says so itself, whatever else is there.
    if (type === "sRGB" || type === "IDAT") return undefined;
    if (type === "iCCP") return { start: at + 8, end: at + 8 + length };
    at += 12 + length;
  }
  return undefined;
}
