import type { ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import {
  CLIP_DEVIATION,
  CLIP_MEAN,
  flagOr,
  pixelValues,
  squareOrSize,
  unknownSize,
} from "../pixels.js";
import { tokenText, type VisionSettings } from "../settings.js";

const DEFAULTS = { filter: "bicubic", mean: CLIP_MEAN, deviation: CLIP_DEVIATION } as const;

/** InternVL 2.5 and 3 as transformers has them. The processor cuts unless a call forbids it. */
export function internVlSpec(settings: VisionSettings): ImageSpec {
  const { images } = settings;
  const tile =
    images.value("size") === undefined ? { width: 384, height: 384 } : squareOrSize(images, "size");
  if (tile === undefined) throw unknownSize(images, "size");
  return {
    ...internVlTexts(
      tokenText(settings, "context_image_token", "<IMG_CONTEXT>"),
      tokenText(settings, "start_image_token", "<img>"),
      tokenText(settings, "end_image_token", "</img>"),
    ),
    ...pixelValues(images, DEFAULTS),
    resize: { rule: "stretch", ...tile },
    tiling: {
      rule: "closest-grid",
      tile,
      minTiles: images.optionalInteger("min_patches") ?? 1,
      maxTiles: images.optionalInteger("max_patches") ?? 12,
      overview: true,
    },
  };
}

/** The same models as their authors save them: the grid is in the model's configuration. */
export function internVlChatSpec(settings: VisionSettings): ImageSpec {
  const { images, model } = settings;
  const vision = model.object("vision_config");
  const side =
    model.optionalInteger("force_image_size") ?? vision?.optionalInteger("image_size") ?? 448;
  const tile = { width: side, height: side };
  return {
    ...internVlTexts(),
    ...pixelValues(images, DEFAULTS),
    resize: { rule: "stretch", ...tile },
    tiling: {
      rule: "closest-grid",
      tile,
      minTiles: model.optionalInteger("min_dynamic_patch") ?? 1,
      maxTiles: flagOr(model, "dynamic_image_size", true)
        ? (model.optionalInteger("max_dynamic_patch") ?? 12)
        : 1,
      overview: flagOr(model, "use_thumbnail", true),
    },
  };
}

export function internVlTexts(
  placeholder = "<IMG_CONTEXT>",
  before = "<img>",
  after = "</img>",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return {
    placeholder,
    surround: { before: "", after: "\n" },
    layout: layoutOf({ picture: { before, after } }),
  };
}
