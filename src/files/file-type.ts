/** What the first bytes of a file say it is. */
export interface FileType {
  /** "document": everything that the thread for documents looks at, text included. */
  readonly kind: "image" | "vector" | "audio" | "document" | "unserved";
  readonly type: string;
  /** What people call it, with an article. */
  readonly words: string;
  /** Whether the core decodes it without help. */
  readonly isNative?: boolean;
}

const NATIVE = { kind: "image", isNative: true } as const;
const JPEG: FileType = { ...NATIVE, type: "image/jpeg", words: "a JPEG picture" };
const PNG: FileType = { ...NATIVE, type: "image/png", words: "a PNG picture" };
const GIF: FileType = { ...NATIVE, type: "image/gif", words: "a GIF picture" };
const BMP: FileType = { ...NATIVE, type: "image/bmp", words: "a BMP picture" };
const WEBP: FileType = { kind: "image", type: "image/webp", words: "a WebP picture" };
const AVIF: FileType = { kind: "image", type: "image/avif", words: "an AVIF picture" };
const HEIC: FileType = { kind: "image", type: "image/heic", words: "a HEIC picture" };
const TIFF: FileType = { kind: "image", type: "image/tiff", words: "a TIFF picture" };
const SVG: FileType = { kind: "vector", type: "image/svg+xml", words: "an SVG picture" };
const WAV: FileType = { kind: "audio", type: "audio/wav", words: "a WAV sound", isNative: true };
const MP3: FileType = { kind: "audio", type: "audio/mpeg", words: "an MP3 sound", isNative: true };
const FLAC: FileType = { kind: "audio", type: "audio/flac", words: "a FLAC sound", isNative: true };
const OGG: FileType = { kind: "audio", type: "audio/ogg", words: "an Ogg sound" };
const M4A: FileType = { kind: "audio", type: "audio/mp4", words: "an MPEG-4 sound" };
const AAC: FileType = { kind: "audio", type: "audio/aac", words: "an AAC sound" };
const AIFF: FileType = { kind: "audio", type: "audio/aiff", words: "an AIFF sound" };
const DOCUMENT: FileType = { kind: "document", type: "", words: "a document" };

/**
 * By their first bytes, as text of one byte per character: never by letters alone, with which a
 * text could begin, too.
 */
const SIGNATURES: readonly (readonly [string | RegExp, FileType])[] = [
  ["\xff\xd8\xff", JPEG],
  ["\x89PNG\r\n\x1a\n", PNG],
  ["GIF87a", GIF],
  ["GIF89a", GIF],
  ["II*\0", TIFF],
  ["MM\0*", TIFF],
  ["II+\0", TIFF],
  ["MM\0+", TIFF],
  [/^fLaC[\0-\x06\x80]/, FLAC],
  [/^ID3[\x02-\x04]/, MP3],
  ["OggS\0", OGG],
  ["\x1aE\xdf\xa3", unserved("video/webm", "a WebM or Matroska film")],
  ["FLV\x01", unserved("video/x-flv", "a Flash film")],
  ["\x1f\x8b", unserved("application/gzip", "a gzip archive")],
  [/^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/, unserved("application/x-bzip2", "a bzip2 archive")],
  ["\xfd7zXZ\0", unserved("application/x-xz", "an xz archive")],
  ["\x28\xb5\x2f\xfd", unserved("application/zstd", "a zstd archive")],
  ["7z\xbc\xaf\x27\x1c", unserved("application/x-7z-compressed", "a 7z archive")],
  ["Rar!\x1a\x07", unserved("application/vnd.rar", "a RAR archive")],
  ["\x7fELF", unserved("application/x-elf", "a program")],
  ["MZ\x90\0", unserved("application/vnd.microsoft.portable-executable", "a program")],
  ["\xca\xfe\xba\xbe", unserved("application/octet-stream", "a program")],
  ["\xcf\xfa\xed\xfe", unserved("application/octet-stream", "a program")],
  ["SQLite format 3\0", unserved("application/vnd.sqlite3", "an SQLite database")],
  [/^PAR1[\0-\x1f]/, unserved("application/vnd.apache.parquet", "a Parquet table")],
  [
    /^GGUF(?:[\x01-\x0f]\0|\0\0\0[\x01-\x0f])/,
    unserved("application/octet-stream", "a GGUF model"),
  ],
  ["8BPS\0", unserved("image/vnd.adobe.photoshop", "a Photoshop picture")],
  ["\xff\x0a", unserved("image/jxl", "a JPEG XL picture")],
  ["\0\0\0\x0cJXL ", unserved("image/jxl", "a JPEG XL picture")],
  ["\0\0\0\x0cjP  ", unserved("image/jp2", "a JPEG 2000 picture")],
  ["\0\0\x01\0", unserved("image/vnd.microsoft.icon", "an icon of Windows")],
  [/^wOFF(?:\0\x01|OTTO|true)/, unserved("font/woff", "a font")],
  [/^wOF2(?:\0\x01|OTTO|true)/, unserved("font/woff2", "a font")],
  ["\0asm", unserved("application/wasm", "a WebAssembly module")],
];

/** Brands of the container that MPEG-4 gave to many. */
const BRANDS: readonly (readonly [RegExp, FileType])[] = [
  [/^avi[fs]/, AVIF],
  [/^(?:hei[cxms]|hev[cxms]|mif1|msf1)/, HEIC],
  [/^(?:M4A|M4B|F4A)/, M4A],
  [/^/, unserved("video/mp4", "an MPEG-4 film")],
];

/** What a file is, from its first bytes; whatever they do not tell may be a document. */
export function fileType(bytes: Uint8Array): FileType {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  const start = head.toString("latin1", 0, 64);
  const known = SIGNATURES.find(([signature]) =>
    typeof signature === "string" ? start.startsWith(signature) : signature.test(start),
  );
  if (known !== undefined) return known[1];
  if (start.startsWith("RIFF")) return riffType(start.slice(8, 12));
  if (start.startsWith("FORM") && /^AIF[FC]/.test(start.slice(8, 12))) return AIFF;
  if (start.slice(4, 8) === "ftyp") return brandType(head);
  if (isBmp(head)) return BMP;
  if (isMpegAudio(head)) return (head[1] ?? 0) & 0x06 ? MP3 : AAC;
  return isSvg(head) ? SVG : DOCUMENT;
}

function unserved(type: string, words: string): FileType {
  return { kind: "unserved", type, words };
}

function riffType(form: string): FileType {
  if (form === "WAVE") return WAV;
  if (form === "WEBP") return WEBP;
  return unserved("video/x-msvideo", form === "AVI " ? "an AVI film" : "a RIFF file");
}

function brandType(head: Buffer): FileType {
  const brand = head.toString("latin1", 8, 12);
  // AVIF files may call themselves "mif1", and say what they are among the other brands.
  const isAvif = /avi[fs]/.test(head.toString("latin1", 8, Math.min(head.readUInt32BE(0), 64)));
  if (isAvif) return AVIF;
  return BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? DOCUMENT;
}

/** "BM" begins texts, too: what follows has to be a header. */
function isBmp(head: Buffer): boolean {
  if (head.length < 26 || head.toString("latin1", 0, 2) !== "BM") return false;
  const size = head.readUInt32LE(14);
  return head.readUInt32LE(6) === 0 && (size === 12 || (size >= 16 && size <= 124));
}

/**
 * A frame of MPEG audio without a tag in front; the layer of AAC's frames is 0. That of
 * layer 1, which nobody uses, looks like the byte order mark of UTF-16.
 */
function isMpegAudio(head: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return false;
  const [version, layer, rate, sampling] = [
    second & 0x18,
    second & 0x06,
    third & 0xf0,
    third & 0x0c,
  ];
  if (layer === 0) return (second & 0xf6) === 0xf0;
  return layer !== 0x06 && version !== 0x08 && rate !== 0xf0 && rate !== 0 && sampling !== 0x0c;
}

/** SVG is XML whose first element is `svg`. */
function isSvg(head: Buffer): boolean {
  const text = head.toString("utf8").replace(/^\uFEFF/, "");
  if (!/^\s*</.test(text)) return false;
  const withoutProlog = text.replaceAll(
    /<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(?:\[[^]*?\])?[^>]*>/gi,
    "",
  );
  return /^\s*<(?:\w+:)?svg[\s>]/.test(withoutProlog);
}
