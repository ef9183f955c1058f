import type { Config } from "../../checkpoint/config.js";
import type { ImageFilter, ImageResize, ImageSize, ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import {
  CLIP_DEVIATION,
  CLIP_MEAN,
  edgeOf,
  flagOr,
  HALVES,
  type PixelDefaults,
  pixelValues,
  squareOrSize,
  unknownSize,
} from "../pixels.js";
import { tokenText, type VisionSettings } from "../settings.js";

/** What the classes of image processors take where their settings say nothing. */
interface PlainProcessor extends PixelDefaults {
  /** A number is the shorter side, and not a square's. */
  readonly shortestEdge: boolean;
  readonly crops: boolean;
}

const clip = plain("bicubic", CLIP_MEAN, CLIP_DEVIATION, true);

export const PLAIN_PROCESSORS: Readonly<Record<string, PlainProcessor>> = {
  CLIPImageProcessor: clip,
  LlavaImageProcessor: clip,
  SiglipImageProcessor: plain("bicubic", HALVES, HALVES, false),
  Gemma3ImageProcessor: plain("bilinear", HALVES, HALVES, false),
  ViTImageProcessor: plain("bilinear", HALVES, HALVES, false),
};

/** LLaVA 1.5, and what else has one tile per picture and nothing around it. */
export function llavaSpec(settings: VisionSettings): ImageSpec {
  const { processor } = settings;
  const placeholder =
    processor.text("image_token") ?? tokenText(settings, "image_token", "<image>");
  return { ...llavaTexts(placeholder), ...plainPixels(settings) };
}

/** Its templates end the line behind a picture. */
export function llavaTexts(
  placeholder = "<image>",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return { placeholder, surround: { before: "", after: "\n" }, layout: layoutOf() };
}

/** Stretched, or the shorter side to a length and the middle cut out. */
export function plainPixels(
  settings: VisionSettings,
): Pick<
  ImageSpec,
  "squareColor" | "resize" | "crop" | "filter" | "rescale" | "mean" | "deviation"
> {
  const { images, processorClass } = settings;
  const defaults = PLAIN_PROCESSORS[processorClass ?? ""] ?? clip;
  const values = pixelValues(images, defaults);
  const crops = flagOr(images, "do_center_crop", defaults.crops);
  const squares = processorClass === "LlavaImageProcessor" && flagOr(images, "do_pad", false);
  return {
    ...values,
    // The mean, as the bytes that it is nearest to from below.
    ...(squares ? { squareColor: colorOf(values.mean) } : {}),
    resize: resizeOf(images, defaults.shortestEdge),
    ...(crops ? { crop: cropOf(images) } : {}),
  };
}

export function colorOf([red, green, blue]: ImageSpec["mean"]): [number, number, number] {
  const byte = (value: number): number => Math.min(255, Math.max(0, Math.trunc(value * 255)));
  return [byte(red), byte(green), byte(blue)];
}

function resizeOf(images: Config, numberIsShortestEdge: boolean): ImageResize {
  const size = images.value("size") ?? 224;
  const edge =
    typeof size === "number" && numberIsShortestEdge
      ? (images.optionalInteger("size") ?? 224)
      : edgeOf(images, "size", "shortest_edge");
  if (edge !== undefined && edgeOf(images, "size", "longest_edge") === undefined) {
    return { rule: "shortest-edge", edge };
  }
  const square = images.value("size") === undefined ? SQUARE : squareOrSize(images, "size");
  if (edge !== undefined || square === undefined) throw unknownSize(images, "size");
  return { rule: "stretch", ...square };
}

const SQUARE: ImageSize = { width: 224, height: 224 };

function cropOf(images: Config): ImageSize {
  if (images.value("crop_size") === undefined) return SQUARE;
  const size = squareOrSize(images, "crop_size");
  if (size === undefined) throw unknownSize(images, "crop_size");
  return size;
}

function plain(
  filter: ImageFilter,
  mean: PixelDefaults["mean"],
  deviation: PixelDefaults["deviation"],
  shortestEdge: boolean,
): PlainProcessor {
  return { filter, mean, deviation, shortestEdge, crops: shortestEdge };
}
