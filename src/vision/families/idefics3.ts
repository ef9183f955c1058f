import type { ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import { edgeOf, flagOr, HALVES, pixelValues, squareOrSize, unknownSize } from "../pixels.js";
import { tokenText, type VisionSettings } from "../settings.js";

/** Longer sides than this are not made, whatever the settings say. */
export const LARGEST_EDGE = 4096;

/** Idefics 3 and SmolVLM: square tiles, and the whole picture behind them. */
export function idefics3Spec(settings: VisionSettings): ImageSpec {
  const { images } = settings;
  const side = edgeOf(images, "max_image_size", "longest_edge") ?? 364;
  const tile = { width: side, height: side };
  return {
    ...idefics3Texts(
      tokenText(settings, "image_token", "<image>"),
      tokenText(settings, "fake_image_token", "<fake_token_around_image>"),
      tokenText(settings, "global_image_token", "<global-img>"),
    ),
    ...pixelValues(images, { filter: "lanczos", mean: HALVES, deviation: HALVES }),
    resize: resizeOf(settings),
    tiling: { rule: "multiples", tile, split: flagOr(images, "do_image_splitting", true) },
  };
}

export function idefics3Texts(
  placeholder = "<image>",
  fence = "<fake_token_around_image>",
  whole = "<global-img>",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return {
    placeholder,
    surround: { before: "", after: "" },
    layout: layoutOf({
      single: { before: fence + whole, after: fence },
      tile: { before: `${fence}<row_{row}_col_{column}>`, after: "" },
      rowEnd: "\n",
      overview: { before: `\n${fence}${whole}`, after: fence },
    }),
  };
}

function resizeOf({ images }: VisionSettings): ImageSpec["resize"] {
  const edge =
    images.value("size") === undefined ? 4 * 364 : edgeOf(images, "size", "longest_edge");
  if (edge !== undefined) return { rule: "longest-edge", edge, limit: LARGEST_EDGE };
  const size = squareOrSize(images, "size");
  if (size === undefined) throw unknownSize(images, "size");
  return { rule: "stretch", ...size };
}
