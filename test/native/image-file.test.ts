import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { NativeFailure } from "../../src/native/binding.js";
import type { ImageSpec } from "../../src/native/image-spec.js";
import { loadBinding } from "../../src/native/load.js";
import { layoutOf } from "../../src/vision/layout.js";

interface Expected {
  file: string;
  width: number;
  height: number;
  /** Base64 of deflated rows. */
  rgb: string;
}

const folder = new URL("../fixtures/images/", import.meta.url);
const expectations = JSON.parse(readFileSync(new URL("files.json", folder), "utf8")) as Expected[];

function read(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`files/${file}`, folder)));
}

/** The bytes as they are; the size has to be the picture's own. */
function asItIs(width: number, height: number): ImageSpec {
  return {
    placeholder: "<image>",
    surround: { before: "", after: "" },
    filter: "nearest",
    resize: { rule: "stretch", width, height },
    rescale: 1,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    layout: layoutOf(),
  };
}

async function decode(bytes: Uint8Array, width = 40, height = 24): Promise<Float32Array> {
  const { tiles } = await loadBinding().processImage({ bytes }, asItIs(width, height));
  const [tile] = tiles;
  assert.ok(tile);
  return tile.rgb;
}

async function failureOf(bytes: Uint8Array): Promise<NativeFailure> {
  try {
    await decode(bytes);
  } catch (error) {
    return error as NativeFailure;
  }
  assert.fail("it was read");
}

/** JPEG decoders may round their transforms and colours differently. */
function tolerance(file: string): number {
  return file.endsWith(".jpg") ? 3 : 0;
}

describe("pictures in files", () => {
  for (const { file, width, height, rgb } of expectations) {
    it(`${file} has the pixels that Pillow reads`, async () => {
      const expected = inflateSync(Buffer.from(rgb, "base64"));
      const pixels = await decode(read(file), width, height);
      assert.equal(pixels.length, expected.length);
      const largest = pixels.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0))),
        0,
      );
      assert.ok(largest <= tolerance(file), `differs by ${String(largest)}`);
    });
  }

  for (const { file } of expectations) {
    it(`${file} is refused wherever it is cut off`, async () => {
      const bytes = read(file);
      // Behind the last picture of a GIF, only its end is missing.
      const whole = file.endsWith(".gif") ? firstFrameEnd(bytes) : bytes.length;
      const failures = await Promise.all(
        Array.from({ length: whole }, async (_, size) => await failureOf(bytes.subarray(0, size))),
      );
      assert.deepEqual([...new Set(failures.map(({ code }) => code))], ["MEDIA"]);
    });
  }

  it("what is no picture is refused with what can be read", async () => {
    for (const bytes of [new Uint8Array(0), Buffer.from("hello"), Buffer.from("RIFF1234WEBP")]) {
      const { code, message } = await failureOf(new Uint8Array(bytes));
      assert.equal(code, "MEDIA");
      assert.match(message, /JPEG, PNG, GIF and BMP/);
    }
  });

  it("a damaged PNG is noticed by its checksums", async () => {
    const bytes = read("rgb.png");
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    assert.match((await failureOf(bytes)).message, /checksum/);
  });

  it("a PNG that says to be huge is refused before it is decoded", async () => {
    const bytes = read("rgb.png");
    new DataView(bytes.buffer).setUint32(16, 0x7fffffff);
    const { code, message } = await failureOf(bytes);
    assert.equal(code, "MEDIA");
    assert.match(message, /2147483647 x 24/);
  });
});

/** Behind the first frame's data, which begin behind its descriptor and palette. */
function firstFrameEnd(bytes: Uint8Array): number {
  const byte = (at: number): number => bytes[at] ?? 0;
  const palette = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const skip = (at: number): number => {
    while (byte(at) !== 0) at += byte(at) + 1;
    return at + 1;
  };
  let at = 13 + palette(byte(10));
  while (byte(at) === 0x21) at = skip(at + 2);
  return skip(at + 11 + palette(byte(at + 9)));
}
