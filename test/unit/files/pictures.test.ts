import assert from "node:assert/strict";
import { MediaError } from "../../../src/errors.js";
import { resolveFiles, type ResolvedImage } from "../../../src/files.js";
import { fileType } from "../../../src/files/file-type.js";
import { pictureSource } from "../../../src/files/picture.js";
import { hasForeignColours } from "../../../src/files/colour-profile.js";
import type { FileInput } from "../../../src/config/types-files.js";
import { fixture, fixturePath } from "../../helpers/documents.js";
import { rejectionOf } from "../../helpers/rejection.js";

type Colour = readonly [number, number, number];
const RED: Colour = [255, 0, 0];
const BLUE: Colour = [0, 0, 255];
const WHITE: Colour = [255, 255, 255];

async function picture(input: FileInput): Promise<ResolvedImage["source"]> {
  const [file] = await resolveFiles([input]);
  assert.ok(file?.kind === "image");
  return file.source;
}

/** That a decoded picture has a colour at a place, but for what lossy formats lose. */
function assertColour(
  source: ResolvedImage["source"],
  [x, y]: readonly [number, number],
  colour: Colour,
): void {
  assert.ok("rgb" in source);
  const at = (y * source.width + x) * 3;
  for (const [channel, value] of colour.entries()) {
    const found = source.rgb[at + channel] ?? -1;
    assert.ok(Math.abs(found - value) <= 6, `${String(found)} for ${String(value)}`);
  }
}

describe("a picture", () => {
  it("that the core decodes goes there as it is", async () => {
    for (const name of ["halves.jpg", "halves.png", "halves.gif", "halves.bmp", "tagged.jpg"]) {
      const source = await picture(fixturePath(name));
      assert.ok("bytes" in source, name);
      assert.deepEqual(Buffer.from(source.bytes), fixture(name));
    }
  });

  it("of other formats is decoded, upright", async () => {
    for (const name of ["halves.webp", "halves.avif", "halves.tiff", "turned.tiff"]) {
      const source = await picture(fixturePath(name));
      assert.ok("rgb" in source, name);
      assert.deepEqual([source.width, source.height], [48, 32], name);
      assert.equal(source.rgb.length, 48 * 32 * 3);
      assertColour(source, [4, 16], RED);
      assertColour(source, [44, 16], BLUE);
    }
  });

  it("that is a drawing is made as large as models look, on white", async () => {
    const source = await picture(fixturePath("sources/drawing.svg"));
    assert.ok("rgb" in source);
    assert.deepEqual([source.width, source.height], [1024, 512]);
    assertColour(source, [512, 256], RED);
    assertColour(source, [2, 2], WHITE);
  });

  it("that is a drawing shows nothing of other files", async () => {
    const link = (href: string): string =>
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">' +
      `<image width="64" height="64" xlink:href="${href}"/></svg>`;
    const inside = `data:image/png;base64,${fixture("halves.png").toString("base64")}`;
    const shown = await picture(Buffer.from(link(inside)));
    assertColour(shown, [200, 512], RED);
    for (const href of [fixturePath("halves.png"), `file://${fixturePath("halves.png")}`]) {
      const source = await picture(Buffer.from(link(href)));
      assertColour(source, [200, 512], WHITE);
    }
  });

  it("with the colours of another profile gets those of sRGB", async () => {
    assert.equal(hasForeignColours(fixture("wide.jpg"), "image/jpeg"), true);
    assert.equal(hasForeignColours(fixture("tagged.jpg"), "image/jpeg"), false);
    assert.equal(hasForeignColours(fixture("halves.jpg"), "image/jpeg"), false);
    assert.equal(hasForeignColours(fixture("halves.png"), "image/png"), false);
    const source = await picture(fixturePath("wide.jpg"));
    assert.ok("rgb" in source);
    // Adobe RGB's green is greener than any of sRGB's: red gives way.
    assert.ok((source.rgb[0] ?? 255) < 0x20);
    assert.ok(Math.abs((source.rgb[1] ?? 0) - 0xc0) < 8);
  });

  it("that only sharp decodes is refused without it, and no other is", async () => {
    const without = async (name: string): Promise<ResolvedImage["source"]> => {
      const bytes = fixture(name);
      const label = { text: JSON.stringify(name), index: 0 };
      const { signal } = new AbortController();
      const request = { bytes, label, signal, maxPixels: 1e6, seconds: 9 };
      return await pictureSource({ ...request, fileType: fileType(bytes) }, () =>
        Promise.resolve(undefined),
      );
    };
    for (const name of ["halves.webp", "halves.avif", "halves.tiff", "sources/drawing.svg"]) {
      const { message } = await rejectionOf(MediaError, without(name));
      assert.match(message, /by itself\. Install sharp \(npm install sharp\), or save it as JPEG/);
    }
    for (const name of ["halves.jpg", "wide.jpg"]) {
      assert.deepEqual(await without(name), { bytes: fixture(name) });
    }
  });

  it("is refused with what is wrong with it", async () => {
    const half = fixture("halves.tiff").subarray(0, 200);
    const damaged = await rejectionOf(MediaError, resolveFiles([half]));
    assert.match(damaged.message, /is a TIFF picture, and cannot be decoded: /);
    for (const type of ["webp", "jpg", "png", "gif", "bmp"]) {
      const large = resolveFiles([fixturePath(`halves.${type}`)], { limits: { pixels: 100 } });
      const error = await rejectionOf(MediaError, large);
      assert.match(
        error.message,
        /has more than 100 pixels\. Give a smaller one, or raise file_limits\.pixels/,
      );
    }
    const heic = await rejectionOf(MediaError, resolveFiles([fixturePath("halves.heic")]));
    assert.match(
      heic.message,
      /is a HEIC picture, which the installed sharp does not decode\. Save/,
    );
    const huge = '<svg xmlns="http://www.w3.org/2000/svg" width="9999999" height="9999999"/>';
    await rejectionOf(MediaError, resolveFiles([Buffer.from(huge)]));
    const wrong = await rejectionOf(
      MediaError,
      resolveFiles([Buffer.from("<svg xmlns='x'><g></svg>")]),
    );
    assert.match(wrong.message, /is an SVG picture, and cannot be decoded/);
  });
});
