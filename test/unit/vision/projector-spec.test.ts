import assert from "node:assert/strict";
import { ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";
import {
  imageSpecFromProjector,
  type ProjectorMetadata,
} from "../../../src/vision/projector-spec.js";

function three(value: number): { type: string; length: number; values: number[] } {
  return { type: "f32", length: 3, values: [value, value, value] };
}

function metadata(type: string, more: ProjectorMetadata = {}): ProjectorMetadata {
  return {
    "clip.projector_type": type,
    "clip.vision.image_size": 448,
    "clip.vision.patch_size": 14,
    "clip.vision.image_mean": three(0.25),
    "clip.vision.image_std": three(0.5),
    ...more,
  };
}

describe("imageSpecFromProjector", () => {
  it("makes pictures square for LLaVA", () => {
    const spec = imageSpecFromProjector(metadata("mlp"));
    assert.deepEqual(spec.squareColor, [63, 63, 63]);
    assert.deepEqual(spec.resize, { rule: "stretch", width: 448, height: 448 });
    assert.deepEqual(spec.mean, [0.25, 0.25, 0.25]);
    assert.deepEqual(spec.deviation, [0.5, 0.5, 0.5]);
  });

  it("takes what each projector says, and the usual where it does not", () => {
    const resize = (type: string, more?: ProjectorMetadata): unknown =>
      imageSpecFromProjector(metadata(type, more)).resize;
    const merged = { "clip.vision.spatial_merge_size": 3 };
    assert.deepEqual(resize("qwen3vl_merger", merged), {
      rule: "pixel-range",
      factor: 42,
      minPixels: 8 * 42 * 42,
      maxPixels: 4096 * 42 * 42,
    });
    assert.equal((resize("qwen2vl_merger") as { factor: number }).factor, 28);
    assert.deepEqual(resize("pixtral", merged), {
      rule: "fit-within",
      width: 448,
      height: 448,
      factor: 42,
    });
    assert.equal((resize("pixtral") as { factor: number }).factor, 14);
    const longest = { rule: "longest-edge", limit: 4096 };
    assert.deepEqual(resize("idefics3"), { ...longest, edge: 4 * 448 });
    assert.deepEqual(resize("idefics3", { "clip.vision.preproc_image_size": 600 }), {
      ...longest,
      edge: 600,
    });
    const tiles = { "clip.vision.preproc_max_tiles": 4 };
    assert.deepEqual(imageSpecFromProjector(metadata("internvl", tiles)).tiling, {
      rule: "closest-grid",
      tile: { width: 448, height: 448 },
      minTiles: 1,
      maxTiles: 4,
      overview: true,
    });
    assert.equal(imageSpecFromProjector(metadata("gemma3")).filter, "bilinear");
  });

  it("takes the type of the pictures' part where there are several", () => {
    const spec = imageSpecFromProjector(metadata("", { "clip.vision.projector_type": "gemma3" }));
    assert.equal(spec.placeholder, "<start_of_image>");
  });

  it("names what is served where a projector is not", () => {
    const pinpoints = { "clip.vision.image_grid_pinpoints": { type: "i32", length: 2 } };
    for (const values of [
      {},
      metadata("toString"),
      metadata("resampler"),
      metadata("mlp", pinpoints),
    ]) {
      assert.throws(
        () => imageSpecFromProjector(values),
        (error) => error instanceof UnsupportedModelError && error.message.includes("mlp, gemma3"),
      );
    }
  });

  it("names the key that makes no sense", () => {
    for (const [key, value] of [
      ["clip.vision.image_size", 0],
      ["clip.vision.patch_size", "14"],
      ["clip.vision.image_mean", { type: "f32", length: 100 }],
      ["clip.vision.image_std", 1],
      ["clip.vision.spatial_merge_size", 1.5],
    ] as const) {
      assert.throws(
        () => imageSpecFromProjector(metadata("pixtral", { [key]: value })),
        (error) => error instanceof ModelLoadingError && error.details["key"] === key,
      );
    }
  });
});
