import type { ImageAround, ImageLayout } from "../native/image-spec.js";

export const NOTHING: ImageAround = { before: "", after: "" };

/** Nothing around any tile, but for what is given. */
export function layoutOf(parts: Partial<ImageLayout> = {}): ImageLayout {
  return {
    picture: NOTHING,
    single: NOTHING,
    tile: NOTHING,
    rowEnd: "",
    overview: NOTHING,
    ...parts,
  };
}
