import { isPlainObject } from "../../internal/is-plain-object.js";
import type { Config } from "../../checkpoint/config.js";
import type { ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import {
  CLIP_DEVIATION,
  CLIP_MEAN,
  edgeOf,
  pixelValues,
  squareOrSize,
  unknownSize,
} from "../pixels.js";
import type { VisionSettings } from "../settings.js";

/** Pixtral and Mistral 3: one tile, not stretched, and no larger than the model's grid. */
export function pixtralSpec(settings: VisionSettings): ImageSpec {
  const { images, model, processor } = settings;
  const vision = model.object("vision_config");
  const patch =
    processor.optionalInteger("patch_size") ??
    patchOf(images) ??
    vision?.optionalInteger("patch_size") ??
    16;
  const merge =
    processor.optionalInteger("spatial_merge_size") ??
    model.optionalInteger("spatial_merge_size") ??
    1;
  return {
    ...pixtralTexts(processor.text("image_token"), processor.text("image_end_token")),
    ...pixelValues(images, { filter: "bicubic", mean: CLIP_MEAN, deviation: CLIP_DEVIATION }),
    resize: { rule: "fit-within", ...largestOf(images), factor: patch * merge },
  };
}

/** The encoder makes what stands between the rows of a picture itself. */
export function pixtralTexts(
  placeholder = "[IMG]",
  end = "[IMG_END]",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return {
    placeholder,
    surround: { before: "", after: "" },
    layout: layoutOf({ picture: { before: "", after: end } }),
  };
}

function patchOf(images: Config): number | undefined {
  return isPlainObject(images.value("patch_size"))
    ? edgeOf(images, "patch_size", "height")
    : images.optionalInteger("patch_size");
}

function largestOf(images: Config): { width: number; height: number } {
  if (images.value("size") === undefined) return { width: 1024, height: 1024 };
  const edge = edgeOf(images, "size", "longest_edge");
  const size = edge === undefined ? squareOrSize(images, "size") : { width: edge, height: edge };
  if (size === undefined) throw unknownSize(images, "size");
  return size;
}
