import assert from "node:assert/strict";
import fc from "fast-check";
import { AbstractLLMError, ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";
import type { Json } from "../../../src/vision/files.js";
import { imageSpec } from "../../../src/vision/image-spec.js";

const UNNAMED: Json = {
  size: { shortest_edge: 336 },
  crop_size: { height: 336, width: 336 },
};
const CLIP: Json = { ...UNNAMED, image_processor_type: "CLIPImageProcessor" };

function llava(preprocessor: Json): ReturnType<typeof imageSpec> {
  return imageSpec({ folder: "/models/seeing", config: { model_type: "llava" }, preprocessor });
}

function qwen(preprocessor: Json): ReturnType<typeof imageSpec>["resize"] {
  return imageSpec({ folder: "/models/seeing", config: { model_type: "qwen2_vl" }, preprocessor })
    .resize;
}

describe("imageSpec", () => {
  it("reads LLaVA 1.5's settings", () => {
    const spec = llava(CLIP);
    assert.deepEqual(spec.resize, { rule: "shortest-edge", edge: 336 });
    assert.deepEqual(spec.crop, { width: 336, height: 336 });
    assert.equal(spec.filter, "bicubic");
    assert.equal(spec.placeholder, "<image>");
    assert.equal(spec.rescale, 1 / 255);
    assert.equal(spec.squareColor, undefined);
  });

  it("takes the older and the newer names of a processor's class", () => {
    for (const name of ["CLIPImageProcessorFast", "CLIPImageProcessorPil"]) {
      assert.deepEqual(llava({ ...CLIP, image_processor_type: name }), llava(CLIP));
    }
    assert.deepEqual(
      llava({ ...UNNAMED, feature_extractor_type: "CLIPFeatureExtractor" }),
      llava(CLIP),
    );
    assert.deepEqual(llava(UNNAMED), llava(CLIP));
  });

  it("takes numbers for sizes as the classes mean them", () => {
    assert.deepEqual(llava({ ...CLIP, size: 336, crop_size: 336 }), llava(CLIP));
    const siglip = { image_processor_type: "SiglipImageProcessor", size: 384 };
    assert.deepEqual(llava(siglip).resize, { rule: "stretch", width: 384, height: 384 });
    assert.equal(llava(siglip).crop, undefined);
    assert.deepEqual(llava({}).resize, { rule: "shortest-edge", edge: 224 });
  });

  it("makes pictures square with the mean's colour where the processor does", () => {
    const square = { ...CLIP, image_processor_type: "LlavaImageProcessor", do_pad: true };
    assert.deepEqual(llava(square).squareColor, [122, 116, 104]);
    assert.equal(llava({ ...CLIP, do_pad: true }).squareColor, undefined);
  });

  it("leaves out what the settings switch off", () => {
    const spec = llava({ ...CLIP, do_center_crop: false, do_rescale: false, do_normalize: false });
    assert.equal(spec.crop, undefined);
    assert.equal(spec.rescale, 1);
    assert.deepEqual(
      [spec.mean, spec.deviation],
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    );
    assert.throws(() => llava({ ...CLIP, do_resize: false }), UnsupportedModelError);
  });

  it("reads processor_config.json of transformers 5 first", () => {
    const spec = imageSpec({
      folder: "/models/seeing",
      config: { model_type: "llava" },
      preprocessor: { ...CLIP, size: { shortest_edge: 1 } },
      processor: { image_processor: CLIP, image_token: "<picture>" },
    });
    assert.deepEqual(spec, { ...llava(CLIP), placeholder: "<picture>" });
  });

  it("reads both spellings of Qwen's bounds, the older one first", () => {
    const [minPixels, maxPixels] = [3136, 12845056];
    const expected = { rule: "pixel-range", factor: 28, minPixels, maxPixels };
    const newer = { shortest_edge: minPixels, longest_edge: maxPixels };
    assert.deepEqual(qwen({ size: newer }), expected);
    assert.deepEqual(qwen({ min_pixels: minPixels, max_pixels: maxPixels }), expected);
    assert.deepEqual(
      qwen({ min_pixels: minPixels, max_pixels: maxPixels, size: { shortest_edge: 1 } }),
      expected,
    );
    assert.deepEqual(qwen({}), { ...expected, maxPixels: 28 * 28 * 1280 });
    assert.deepEqual(qwen({ patch_size: 16, size: newer }), { ...expected, factor: 32 });
  });

  it("takes the texts of special tokens from the tokenizer", () => {
    const spec = imageSpec({
      folder: "/models/seeing",
      config: { model_type: "smolvlm" },
      preprocessor: { image_processor_type: "SmolVLMImageProcessor" },
      tokenizer: {
        image_token: "<i>",
        fake_image_token: { content: "<f>", special: true },
        extra_special_tokens: { global_image_token: "<g>" },
      },
    });
    assert.equal(spec.placeholder, "<i>");
    assert.deepEqual(spec.layout.single, { before: "<f><g>", after: "<f>" });
    assert.equal(spec.layout.tile.before, "<f><row_{row}_col_{column}>");
  });

  it("knows Pixtral by its processor, and what one embedding covers", () => {
    const preprocessor = {
      image_processor_type: "PixtralImageProcessor",
      size: { longest_edge: 1540 },
      patch_size: { height: 14, width: 14 },
    };
    const mistral = imageSpec({
      folder: "/models/seeing",
      config: { model_type: "mistral3", spatial_merge_size: 2 },
      preprocessor,
    });
    const largest = { rule: "fit-within", width: 1540, height: 1540 };
    assert.deepEqual(mistral.resize, { ...largest, factor: 28 });
    assert.deepEqual(llava(preprocessor).resize, { ...largest, factor: 14 });
    assert.equal(llava(preprocessor).placeholder, "[IMG]");
  });

  it("reads InternVL's grid from its authors' configuration", () => {
    const config = { model_type: "internvl_chat", force_image_size: 448, max_dynamic_patch: 6 };
    const preprocessor = { feature_extractor_type: "CLIPFeatureExtractor", size: 448 };
    assert.deepEqual(imageSpec({ folder: "/models/seeing", config, preprocessor }).tiling, {
      rule: "closest-grid",
      tile: { width: 448, height: 448 },
      minTiles: 1,
      maxTiles: 6,
      overview: true,
    });
  });

  it("names what is served where a model or a processor is not", () => {
    for (const [config, preprocessor, served] of [
      [{ model_type: "llama" }, CLIP, /llava, gemma3/],
      [{}, CLIP, /llava, gemma3/],
      [{ model_type: "gemma3" }, CLIP, /Gemma3ImageProcessor/],
      [{ model_type: "llava" }, { image_processor_type: "toString" }, /CLIPImageProcessor/],
    ] as const) {
      assert.throws(
        () => imageSpec({ folder: "/models/seeing", config, preprocessor }),
        (error) => error instanceof UnsupportedModelError && served.test(error.message),
      );
    }
  });

  it("names the setting that makes no sense", () => {
    for (const [name, values] of [
      ["size", { size: { shortest_edge: -1 } }],
      ["crop_size", { crop_size: { shortest_edge: 4 } }],
      ["resample", { resample: 9 }],
      ["image_mean", { image_mean: [1, 2] }],
      ["image_std", { image_std: "large" }],
      ["rescale_factor", { rescale_factor: "1/255" }],
      ["do_resize", { do_resize: 1 }],
    ] as const) {
      assert.throws(
        () => llava({ ...CLIP, ...values }),
        (error) =>
          error instanceof AbstractLLMError &&
          (error.message.includes(name) || error.message.includes("shortest_edge")),
      );
    }
    assert.throws(
      () => imageSpec({ folder: "/models/seeing", config: { model_type: "llava" } }),
      ModelLoadingError,
    );
  });

  it("throws nothing but its own errors, whatever the files say", () => {
    const types = [
      "llava",
      "gemma3",
      "smolvlm",
      "qwen2_vl",
      "internvl",
      "internvl_chat",
      "mistral3",
    ];
    const names = ["size", "crop_size", "resample", "image_mean", "patch_size", "max_image_size"];
    const json = fc.dictionary(fc.constantFrom(...names, "image_processor"), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...types), json, json, json, (type, more, images, processor) => {
        try {
          imageSpec({
            folder: "/models/seeing",
            config: { ...more, model_type: type },
            preprocessor: images,
            processor,
          });
        } catch (error) {
          assert.ok(error instanceof AbstractLLMError, String(error));
        }
      }),
    );
  });
});
