import { ModelLoadingError, UnsupportedModelError } from "../errors.js";
import type { ImageSpec } from "../native/image-spec.js";
import { gemma3Texts } from "./families/gemma3.js";
import { idefics3Texts, LARGEST_EDGE } from "./families/idefics3.js";
import { internVlTexts } from "./families/internvl.js";
import { colorOf, llavaTexts } from "./families/llava.js";
import { pixtralTexts } from "./families/pixtral.js";
import { qwenVlTexts } from "./families/qwen-vl.js";

/** As `inspect` describes it. */
export type ProjectorMetadata = Readonly<
  Record<
    string,
    | string
    | number
    | boolean
    | { readonly type: string; readonly length: number; readonly values?: readonly number[] }
  >
>;

type Triple = ImageSpec["mean"];

/** What projectors say in numbers. */
interface Projector {
  /** Of its square pictures or tiles, in pixels. */
  readonly side: number;
  readonly patch: number;
  /** Patches that become one embedding, along one side, if it says so. */
  readonly merge: number | undefined;
  /** The longest side of a picture before it is cut into tiles, if it says so. */
  readonly edge: number | undefined;
  readonly minTiles: number;
  readonly maxTiles: number;
  readonly mean: Triple;
  readonly deviation: Triple;
}

type Spec = Omit<ImageSpec, "rescale" | "mean" | "deviation">;

/** Embeddings of a picture that the engine's own programs allow where nothing else is said. */
const QWEN_EMBEDDINGS = { least: 8, most: 4096 };

const SPECS: Readonly<Record<string, (projector: Projector) => Spec>> = {
  mlp: fixedSquare,
  gemma3: ({ side }) => ({
    ...gemma3Texts(),
    filter: "bilinear",
    resize: { rule: "stretch", width: side, height: side },
  }),
  idefics3: ({ side, edge }) => ({
    ...idefics3Texts(),
    filter: "lanczos",
    resize: { rule: "longest-edge", edge: edge ?? 4 * side, limit: LARGEST_EDGE },
    tiling: { rule: "multiples", tile: { width: side, height: side }, split: true },
  }),
  qwen2vl_merger: qwenVl,
  "qwen2.5vl_merger": qwenVl,
  "qwen2.5o": qwenVl,
  qwen3vl_merger: qwenVl,
  internvl: ({ side, minTiles, maxTiles }) => ({
    ...internVlTexts(),
    filter: "bicubic",
    resize: { rule: "stretch", width: side, height: side },
    tiling: {
      rule: "closest-grid",
      tile: { width: side, height: side },
      minTiles,
      maxTiles,
      overview: true,
    },
  }),
  pixtral: ({ side, patch, merge }) => ({
    ...pixtralTexts(),
    filter: "bicubic",
    resize: { rule: "fit-within", width: side, height: side, factor: patch * (merge ?? 1) },
  }),
};

/**
 * What the processor of the model that a projector (an mmproj GGUF) belongs to does with a
 * picture. Projectors do not say all of it: docs/vision.md has what is taken instead.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for projectors that are not served
 * @throws {ModelLoadingError} MODEL_LOADING when it lacks something, or says what cannot be
 */
export function imageSpecFromProjector(metadata: ProjectorMetadata): ImageSpec {
  const type = projectorType(metadata);
  const make = Object.hasOwn(SPECS, type) ? SPECS[type] : undefined;
  if (make === undefined) throw unserved(type);
  // Several resolutions at once: LLaVA 1.6.
  if (metadata["clip.vision.image_grid_pinpoints"] !== undefined) {
    throw unserved(`${type} with image_grid_pinpoints`);
  }
  const projector = readProjector(metadata);
  const { mean, deviation } = projector;
  return { ...make(projector), rescale: 1 / 255, mean, deviation };
}

/** Projectors with several encoders name the type of each. */
function projectorType(metadata: ProjectorMetadata): string {
  const names = ["clip.projector_type", "clip.vision.projector_type"].map((key) => metadata[key]);
  const isName = (name: unknown): name is string => typeof name === "string" && name !== "";
  return names.find(isName) ?? "";
}

function readProjector(metadata: ProjectorMetadata): Projector {
  const side = count(metadata, "image_size") ?? missing("image_size");
  const patch = count(metadata, "patch_size") ?? missing("patch_size");
  return {
    side,
    patch,
    merge: count(metadata, "spatial_merge_size"),
    edge: count(metadata, "preproc_image_size"),
    minTiles: count(metadata, "preproc_min_tiles") ?? 1,
    maxTiles: count(metadata, "preproc_max_tiles") ?? 12,
    mean: triple(metadata, "image_mean"),
    deviation: triple(metadata, "image_std"),
  };
}

/** As LLaVA 1.5's authors do it, and the engine's programs: nothing is cut off. */
function fixedSquare({ side, mean }: Projector): Spec {
  return {
    ...llavaTexts(),
    squareColor: colorOf(mean),
    filter: "bicubic",
    resize: { rule: "stretch", width: side, height: side },
  };
}

function qwenVl({ patch, merge }: Projector): Spec {
  const factor = patch * (merge ?? 2);
  return {
    ...qwenVlTexts(),
    filter: "bicubic",
    resize: {
      rule: "pixel-range",
      factor,
      minPixels: QWEN_EMBEDDINGS.least * factor * factor,
      maxPixels: QWEN_EMBEDDINGS.most * factor * factor,
    },
  };
}

function count(metadata: ProjectorMetadata, name: string): number | undefined {
  const value = metadata[`clip.vision.${name}`];
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= 2 ** 20) {
    return value as number;
  }
  throw wrong(name, "a whole number from 1");
}

function triple(metadata: ProjectorMetadata, name: string): Triple {
  const value = metadata[`clip.vision.${name}`];
  const values = typeof value === "object" ? value.values : undefined;
  const [red, green, blue] = values ?? [];
  if (red === undefined || green === undefined || blue === undefined) {
    throw wrong(name, "three numbers");
  }
  return [red, green, blue];
}

function missing(name: string): never {
  throw wrong(name, "a whole number from 1");
}

function wrong(name: string, allowed: string): Error {
  const key = `clip.vision.${name}`;
  return new ModelLoadingError(`The projector's ${key} has to be ${allowed}.`, {
    details: { key },
  });
}

function unserved(type: string): Error {
  const supported = Object.keys(SPECS);
  return new UnsupportedModelError(
    `Projectors of the type ${JSON.stringify(type)} are not served; ` +
      `served are ${supported.join(", ")}.`,
    { details: { projector: type, supported } },
  );
}
