import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { fileType } from "../../../src/files/file-type.js";
import { pixelCount } from "../../../src/files/picture-size.js";

const folder = new URL("../../fixtures/images/", import.meta.url);
const pictures = JSON.parse(readFileSync(new URL("files.json", folder), "utf8")) as {
  file: string;
  width: number;
  height: number;
}[];

function read(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`files/${file}`, folder)));
}

describe("the pixels of a picture, by its header", () => {
  for (const { file, width, height } of pictures) {
    it(`of ${file}`, () => {
      const bytes = read(file);
      assert.equal(pixelCount(bytes, fileType(bytes).type), width * height);
    });
  }

  it("are unknown where the header ends or makes no sense, which never throws", () => {
    for (const { file } of pictures) {
      const bytes = read(file);
      const { type } = fileType(bytes);
      for (let size = 0; size < Math.min(bytes.length, 700); ++size) {
        const count = pixelCount(bytes.subarray(0, size), type);
        assert.ok(count === undefined || count > 0);
      }
    }
    const types = ["image/jpeg", "image/png", "image/gif", "image/bmp"];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...types), (bytes, type) => {
        const count = pixelCount(bytes, type);
        assert.ok(count === undefined || count >= 0);
      }),
    );
  });

  it("are not looked for without end", () => {
    const filler = new Uint8Array(5_000_000).fill(0xff);
    assert.equal(pixelCount(filler, "image/jpeg"), undefined);
  });
});
