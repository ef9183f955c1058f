import { isUtf8 } from "node:buffer";

/** How much of a file is looked at to tell text from binary data. */
const SAMPLE = 64 * 1024;
const WINDOWS_1252 = "windows-1252";
/** What windows-1252 has from 0x80 to 0x9f. */
const LETTERS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/**
 * The text that bytes are, or undefined for those that are none. A byte order mark decides,
 * then UTF-8 that is valid as a whole, then the zeros of UTF-16, then the declared charset,
 * and at last windows-1252, of which ISO 8859-1 is a part.
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | undefined {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return decode(bytes, marked);
  const sample = bytes.subarray(0, SAMPLE);
  const wide = zerosOfUtf16(sample);
  if (wide !== undefined) return decode(bytes, wide);
  if (looksBinary(sample)) return undefined;
  if (isUtf8(bytes)) return decode(bytes, "utf-8");
  return decode(bytes, knownCharset(charset) ?? WINDOWS_1252);
}

/** The charset parameter of a media type, in lower case. */
export function charsetOf(mediaType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i.exec(mediaType ?? "")?.[1]?.toLowerCase();
}

/** The encoding that a byte order mark tells. */
export function byteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

function decode(bytes: Uint8Array, encoding: string): string {
  if (encoding !== WINDOWS_1252) return new TextDecoder(encoding).decode(bytes);
  // Node 20 and 22 decode it as ISO 8859-1, which has controls in place of some letters.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replaceAll(
    /[\x80-\x9f]/g,
    (letter) => LETTERS[letter.charCodeAt(0) - 0x80] ?? letter,
  );
}

/** UTF-16 of European languages has a zero in half of its bytes, always the same half. */
function zerosOfUtf16(sample: Uint8Array): string | undefined {
  const zeros = [0, 0];
  for (let index = 0; index < sample.length; index++) {
    if (sample[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  const many = sample.length * 0.35;
  if (odd > many && even < sample.length * 0.01) return "utf-16le";
  return even > many && odd < sample.length * 0.01 ? "utf-16be" : undefined;
}

/** More than a trace of control characters, or a zero byte, is in no text. */
function looksBinary(sample: Uint8Array): boolean {
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    // Tab to carriage return are of texts, and escape of terminals' colours.
    if (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b) controls++;
  }
  return controls > sample.length * 0.005;
}

function knownCharset(charset: string | undefined): string | undefined {
  if (charset === undefined || /^utf-?(?:8|16)/.test(charset)) return undefined;
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    return undefined;
  }
}
