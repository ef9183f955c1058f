/**
 * What a model's vision encoder wants of a picture, as data: made by src/vision from the
 * model's files, carried out by native/core/media/image_processor. The C++ counterpart is
 * native/core/media/image_spec.h; both sides change together.
 */
export interface ImageSpec {
  /** What a chat template writes for a picture; the layout takes its place. */
  readonly placeholder: string;
  /** What templates that know pictures write around the placeholder; for those that do not. */
  readonly surround: ImageAround;
  /** Red, green, blue: the picture is made square with this colour before anything else. */
  readonly squareColor?: readonly [number, number, number];
  readonly filter: ImageFilter;
  readonly resize: ImageResize;
  /** The middle of the resized picture, over black where it is smaller. */
  readonly crop?: ImageSize;
  readonly tiling?: ImageTiling;
  /** (byte * rescale - mean) / deviation, for red, green and blue. */
  readonly rescale: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  readonly layout: ImageLayout;
}

/** Pillow's, by its names. */
export type ImageFilter = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface ImageAround {
  readonly before: string;
  readonly after: string;
}

export type ImageResize =
  | { readonly rule: "stretch"; readonly width: number; readonly height: number }
  /** The shorter side to `edge`, the other in proportion. */
  | { readonly rule: "shortest-edge"; readonly edge: number }
  /** The longer side to `edge`, the other in proportion and even; then both within `limit`. */
  | { readonly rule: "longest-edge"; readonly edge: number; readonly limit: number }
  /** In proportion to multiples of `factor`, with a number of pixels in a range. */
  | {
      readonly rule: "pixel-range";
      readonly factor: number;
      readonly minPixels: number;
      readonly maxPixels: number;
    }
  /** Into width x height where larger, then up to multiples of `factor`. */
  | {
      readonly rule: "fit-within";
      readonly width: number;
      readonly height: number;
      readonly factor: number;
    };

export type ImageTiling =
  /**
   * The resized picture stretched to multiples of the tile and cut, then the whole in one tile;
   * one tile remains alone. Without `split`, only the whole.
   */
  | { readonly rule: "multiples"; readonly tile: ImageSize; readonly split: boolean }
  /**
   * The picture, not resized before, stretched to the grid of minTiles to maxTiles that is
   * closest in shape, and cut; then, behind more than one, the whole if `overview`.
   */
  | {
      readonly rule: "closest-grid";
      readonly tile: ImageSize;
      readonly minTiles: number;
      readonly maxTiles: number;
      readonly overview: boolean;
    };

/** Text with special tokens around the embeddings. */
export interface ImageLayout {
  /** Around all of it. */
  readonly picture: ImageAround;
  /** Around the only tile. */
  readonly single: ImageAround;
  /** Around each tile of a grid; {row} and {column}, from 1, are replaced. */
  readonly tile: ImageAround;
  /** Behind each row of a grid. */
  readonly rowEnd: string;
  /** Around the whole, behind a grid. */
  readonly overview: ImageAround;
}

/** A picture: a file's bytes, or rows of red, green, blue. */
export type NativeImage =
  | { readonly bytes: Uint8Array }
  | { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

/** What the encoder would take of a picture. */
export interface NativeProcessedImage {
  readonly tiles: readonly {
    readonly width: number;
    readonly height: number;
    /** Rows of red, green, blue, normalised. */
    readonly rgb: Float32Array;
  }[];
  /** Text with special tokens, and the numbers of tiles. */
  readonly layout: readonly (string | number)[];
}
