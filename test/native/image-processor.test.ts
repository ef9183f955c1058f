import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadBinding } from "../../src/native/load.js";
import type { ImageFilter, ImageSpec, NativeProcessedImage } from "../../src/native/image-spec.js";
import { imageSpec } from "../../src/vision/image-spec.js";
import type { VisionFiles } from "../../src/vision/files.js";
import { layoutOf } from "../../src/vision/layout.js";
import { pictureNamed, type PictureName } from "../helpers/pictures.js";

interface ResizeCase {
  picture: PictureName;
  size: [number, number];
  hashes: Record<ImageFilter, string>;
}

interface ProcessorCase {
  picture: PictureName;
  tiles?: [width: number, height: number, hash: string][];
  /** A zero character for each tile. */
  text?: string;
  error?: string;
}

interface ProcessorModel {
  name: string;
  files: VisionFiles;
  cases: ProcessorCase[];
}

function fixture(name: string): unknown {
  const url = new URL(`../fixtures/images/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

function hash(values: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes as they are, stretched. */
function stretched([width, height]: [number, number], filter: ImageFilter): ImageSpec {
  return {
    placeholder: "<image>",
    surround: { before: "", after: "" },
    filter,
    resize: { rule: "stretch", width, height },
    rescale: 1,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    layout: layoutOf(),
  };
}

function textOf({ layout }: NativeProcessedImage): string {
  return layout.map((piece) => (typeof piece === "string" ? piece : "\0")).join("");
}

describe("pictures are resized as Pillow resizes them, bit for bit", () => {
  for (const { picture, size, hashes } of fixture("resize.json") as ResizeCase[]) {
    it(`${picture.join(" ")} to ${size.join(" ")}`, async () => {
      const image = pictureNamed(picture);
      for (const [filter, expected] of Object.entries(hashes) as [ImageFilter, string][]) {
        const { tiles } = await loadBinding().processImage(image, stretched(size, filter));
        assert.equal(tiles.length, 1);
        assert.equal(hash(Uint8Array.from(tiles[0]?.rgb ?? [])), expected, filter);
      }
    });
  }
});

describe("a picture or a spec of the wrong type", () => {
  const spec = stretched([4, 4], "box");
  const image = pictureNamed(["noise", 2, 2]);

  it("is a TypeError that names the field", () => {
    const binding = loadBinding();
    const wrong = (field: string, ...[picture, values]: [unknown, unknown]): void => {
      assert.throws(
        () => binding.processImage(picture as typeof image, values as ImageSpec),
        (error) => error instanceof TypeError && error.message.includes(field),
      );
    };
    wrong("objects", undefined, spec);
    wrong("width", {}, spec);
    wrong("bytes", { bytes: "text" }, spec);
    wrong("rgb", { ...image, rgb: [1, 2, 3] }, spec);
    wrong("filter", image, { ...spec, filter: "best" });
    wrong("rule", image, { ...spec, resize: { rule: "crop" } });
    wrong("width", image, { ...spec, resize: { rule: "stretch", width: 1.5, height: 1 } });
    wrong("mean", image, { ...spec, mean: [1, 2] });
    wrong("squareColor", image, { ...spec, squareColor: [0, 0, 256] });
    wrong("layout", image, { ...spec, layout: undefined });
  });

  it("is a MEDIA or UNSUPPORTED_MODEL failure where only the values are wrong", async () => {
    const binding = loadBinding();
    await assert.rejects(binding.processImage({ ...image, width: 3 }, spec), { code: "MEDIA" });
    await assert.rejects(binding.processImage({ ...image, width: Number.NaN }, spec), {
      code: "MEDIA",
    });
    const empty: ImageSpec = { ...spec, resize: { rule: "stretch", width: 0, height: 4 } };
    await assert.rejects(binding.processImage(image, empty), { code: "UNSUPPORTED_MODEL" });
  });
});

describe("pictures are prepared as transformers prepares them, bit for bit", () => {
  for (const { name, files, cases } of fixture("processors.json") as ProcessorModel[]) {
    describe(name, () => {
      for (const { picture, tiles, text, error } of cases) {
        it(picture.join(" "), async () => {
          const image = pictureNamed(picture);
          const processing = loadBinding().processImage(
            image,
            imageSpec({ ...files, folder: "/models/seeing" }),
          );
          if (error !== undefined) {
            await assert.rejects(processing, { code: "MEDIA" });
            return;
          }
          const processed = await processing;
          assert.deepEqual(
            processed.tiles.map(({ width, height }) => [width, height]),
            tiles?.map(([width, height]) => [width, height]),
          );
          assert.equal(textOf(processed), text);
          assert.deepEqual(
            processed.layout.filter((piece) => typeof piece === "number"),
            processed.tiles.map((_, index) => index),
          );
          assert.deepEqual(
            processed.tiles.map(({ rgb }) => hash(rgb)),
            tiles?.map(([, , expected]) => expected),
          );
        });
      }
    });
  }
});
