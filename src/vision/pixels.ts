import type { Config } from "../checkpoint/config.js";
import { damaged } from "../checkpoint/errors.js";
import type { ImageFilter, ImageSize, ImageSpec } from "../native/image-spec.js";

type Triple = readonly [number, number, number];

export const CLIP_MEAN: Triple = [0.48145466, 0.4578275, 0.40821073];
export const CLIP_DEVIATION: Triple = [0.26862954, 0.26130258, 0.27577711];
export const HALVES: Triple = [0.5, 0.5, 0.5];

/** Pillow's numbers for its filters. */
const FILTERS: readonly ImageFilter[] = [
  "nearest",
  "lanczos",
  "bilinear",
  "bicubic",
  "box",
  "hamming",
];

export interface PixelDefaults {
  readonly filter: ImageFilter;
  readonly mean: Triple;
  readonly deviation: Triple;
}

export type PixelValues = Pick<ImageSpec, "filter" | "rescale" | "mean" | "deviation">;

/**
 * What all image processors have: the filter, and what bytes become.
 *
 * @throws {ModelLoadingError} MODEL_LOADING
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for pictures that are not resized
 */
export function pixelValues(images: Config, defaults: PixelDefaults): PixelValues {
  if (!flagOr(images, "do_resize", true)) {
    throw images.unsupported("vision", "do_resize", false, "resized pictures");
  }
  const normalizes = flagOr(images, "do_normalize", true);
  return {
    filter: filterOf(images, defaults.filter),
    rescale: flagOr(images, "do_rescale", true) ? rescaleFactor(images) : 1,
    mean: normalizes ? triple(images, "image_mean", defaults.mean) : [0, 0, 0],
    deviation: normalizes ? triple(images, "image_std", defaults.deviation) : [1, 1, 1],
  };
}

export function flagOr(images: Config, name: string, otherwise: boolean): boolean {
  return images.value(name) === undefined ? otherwise : images.flag(name);
}

/** Width and height, or one number for both. */
export function squareOrSize(images: Config, name: string): ImageSize | undefined {
  const value = images.value(name);
  if (value === undefined) return undefined;
  if (typeof value === "number") {
    const side = images.integer(name);
    return { width: side, height: side };
  }
  const size = images.object(name);
  const width = size?.optionalInteger("width");
  const height = size?.optionalInteger("height");
  return width === undefined || height === undefined ? undefined : { width, height };
}

/** An edge in an object of sizes: `{ shortest_edge: 336 }`. */
export function edgeOf(images: Config, name: string, edge: string): number | undefined {
  return typeof images.value(name) === "object"
    ? images.object(name)?.optionalInteger(edge)
    : undefined;
}

export function unknownSize(images: Config, name: string): Error {
  return images.unsupported("vision", name, images.value(name), "a size of a kind that is known");
}

function filterOf(images: Config, otherwise: ImageFilter): ImageFilter {
  const number = images.optionalInteger("resample");
  if (number === undefined) return otherwise;
  const filter = FILTERS[number];
  if (filter !== undefined) return filter;
  throw images.unsupported("vision", "resample", number, "Pillow's filters, 0 to 5,");
}

function rescaleFactor(images: Config): number {
  return images.optionalNumber("rescale_factor") ?? 1 / 255;
}

function triple(images: Config, name: string, otherwise: Triple): Triple {
  if (typeof images.value(name) === "number") {
    const number = images.number(name);
    return [number, number, number];
  }
  const values = images.numbers(name);
  if (values === undefined) return otherwise;
  const [red, green, blue, ...more] = values;
  if (red === undefined || green === undefined || blue === undefined || more.length > 0) {
    throw damaged(images.file, `${name} has to be three numbers.`);
  }
  return [red, green, blue];
}
