import type { Config } from "../../checkpoint/config.js";
import type { ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import { CLIP_DEVIATION, CLIP_MEAN, edgeOf, pixelValues } from "../pixels.js";
import { tokenText, type VisionSettings } from "../settings.js";

/** Qwen2-VL to Qwen3-VL: one tile of any size. The encoder doubles it in time. */
export function qwenVlSpec(settings: VisionSettings): ImageSpec {
  const { images } = settings;
  const patch = images.optionalInteger("patch_size") ?? 14;
  const merge = images.optionalInteger("merge_size") ?? 2;
  const defaults = { filter: "bicubic", mean: CLIP_MEAN, deviation: CLIP_DEVIATION } as const;
  return {
    ...qwenVlTexts(
      tokenText(settings, "image_token", "<|image_pad|>"),
      tokenText(settings, "vision_bos_token", "<|vision_start|>"),
      tokenText(settings, "vision_eos_token", "<|vision_end|>"),
    ),
    ...pixelValues(images, defaults),
    resize: {
      rule: "pixel-range",
      factor: patch * merge,
      minPixels: bound(images, "min_pixels", "shortest_edge") ?? 56 * 56,
      maxPixels: bound(images, "max_pixels", "longest_edge") ?? 28 * 28 * 1280,
    },
  };
}

/** The templates write what stands around a picture. */
export function qwenVlTexts(
  placeholder = "<|image_pad|>",
  before = "<|vision_start|>",
  after = "<|vision_end|>",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return { placeholder, surround: { before, after }, layout: layoutOf() };
}

// The older spelling goes before the newer one, as in the processor.
function bound(images: Config, older: string, newer: string): number | undefined {
  return images.optionalInteger(older) ?? edgeOf(images, "size", newer);
}
