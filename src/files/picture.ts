import { abortable } from "./abortable.js";
import { hasForeignColours } from "./colour-profile.js";
import type { FileType } from "./file-type.js";
import { mediaError, messageOf, type FileLabel } from "./media-error.js";
import { pixelCount } from "./picture-size.js";
import type { ResolvedImage } from "./resolved-file.js";
import { loadSharp, type Sharp, type SharpFactory } from "./sharp.js";

/** Drawings are sharp at any size: they are made as large as models look at pictures. */
const VECTOR_SIDE = 1024;
const VECTOR_DENSITY = 72;
const MAX_DENSITY = 7200;
/** Drawings are text; larger ones are an attack on their parser. */
const MAX_VECTOR_BYTES = 10 * 2 ** 20;
const INSTALL = "Install sharp (npm install sharp), or save it as JPEG or PNG.";

export interface PictureRequest {
  readonly bytes: Uint8Array;
  readonly fileType: FileType;
  readonly label: FileLabel;
  readonly maxPixels: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * What the core is given of a picture. JPEG, PNG, GIF and BMP go there as they are, unless
 * they have colours that only sharp translates, and sharp is there; all others are decoded
 * by sharp, which works on threads of libuv's pool.
 * @param load brings sharp, or undefined where it is not installed
 * @throws {MediaError} MEDIA
 */
export async function pictureSource(
  request: PictureRequest,
  load = loadSharp,
): Promise<ResolvedImage["source"]> {
  const { bytes, fileType, label, maxPixels } = request;
  const { isNative = false, type, words } = fileType;
  if ((pixelCount(bytes, type) ?? 0) > maxPixels) throw tooManyPixels(label, type, maxPixels);
  if (isNative && !hasProfile(type, bytes)) return { bytes };
  const sharp = await load();
  if (sharp !== undefined) return await decode(sharp, request);
  if (isNative) return { bytes };
  throw mediaError(label, `is ${words}, which this package does not decode by itself`, {
    remedy: INSTALL,
    details: { type },
  });
}

function hasProfile(type: string, bytes: Uint8Array): boolean {
  return (type === "image/jpeg" || type === "image/png") && hasForeignColours(bytes, type);
}

async function decode(
  sharp: SharpFactory,
  request: PictureRequest,
): Promise<ResolvedImage["source"]> {
  const { fileType, label, signal, maxPixels, seconds } = request;
  try {
    const image = await abortable(open(sharp, request), signal);
    const pixels = image
      .rotate()
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .removeAlpha()
      // sharp cannot be aborted: what nobody waits for is not to go on for long.
      .timeout({ seconds: Math.ceil(seconds) })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { data, info } = await abortable(pixels, signal);
    return { width: info.width, height: info.height, rgb: toRgb(data, info.channels) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Error && "code" in cause && cause.code === "MEDIA") throw cause;
    throw decodeError(label, fileType, maxPixels, cause);
  }
}

async function open(sharp: SharpFactory, request: PictureRequest): Promise<Sharp> {
  const { bytes, fileType, label, maxPixels } = request;
  const options = {
    limitInputPixels: maxPixels,
    failOn: "truncated",
    sequentialRead: true,
  } as const;
  if (fileType.kind !== "vector") return sharp(bytes, options);
  if (bytes.length > MAX_VECTOR_BYTES) {
    throw mediaError(label, "is larger than 10 MiB, which no drawing needs", {
      remedy: "Save it as PNG.",
    });
  }
  const { width = 0, height = 0 } = await sharp(bytes, options).metadata();
  const longest = Math.max(width, height, 1);
  const density = Math.min((VECTOR_DENSITY * VECTOR_SIDE) / longest, MAX_DENSITY);
  return sharp(bytes, { ...options, density: Math.max(density, 1) }).resize({
    width: VECTOR_SIDE,
    height: VECTOR_SIDE,
    fit: "inside",
  });
}

/** Grey pictures have one channel. */
function toRgb(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    rgb.fill(data[pixel * channels] ?? 0, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}

function tooManyPixels(label: FileLabel, type: string, allowed: number, cause?: unknown): Error {
  return mediaError(label, `has more than ${allowed.toLocaleString("en-US")} pixels`, {
    remedy: "Give a smaller one, or raise file_limits.pixels.",
    details: { limit: "pixels", allowed, type },
    cause,
  });
}

function decodeError(
  label: FileLabel,
  { type, words }: FileType,
  maxPixels: number,
  cause: unknown,
): Error {
  const message = messageOf(cause).split("\n")[0] ?? "";
  if (/pixel limit/i.test(message)) {
    return tooManyPixels(label, type, maxPixels, cause);
  }
  if (type === "image/heic") {
    return mediaError(label, "is a HEIC picture, which the installed sharp does not decode", {
      remedy: "Save it as JPEG or PNG.",
      details: { type },
      cause,
    });
  }
  return mediaError(label, `is ${words}, and cannot be decoded: ${message}`, {
    details: { type },
    cause,
  });
}
