import assert from "node:assert/strict";
import { parseContent } from "../../../src/config/content-parts.js";
import { InvalidRequestError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

const TEXT = { type: "text", text: "What is it?" };
const FILE = new URL("file:///a.png");
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

describe("parseContent", () => {
  it("takes pictures and sounds in the shapes of OpenAI and of transformers", () => {
    const shapes: [unknown, unknown][] = [
      [{ type: "image_url", image_url: { url: "data:,a" } }, "data:,a"],
      [{ type: "image_url", image_url: { url: "http://host/a", detail: "high" } }, "http://host/a"],
      [{ type: "image_url", image_url: "https://host/a.png" }, "https://host/a.png"],
      [{ type: "image", image: PNG }, PNG],
      [{ type: "image", url: "https://host/a.png" }, "https://host/a.png"],
      [{ type: "image", url: FILE }, FILE],
      [{ type: "image", image: FILE }, FILE],
      [{ type: "image", image: "DATA:,a" }, "DATA:,a"],
      [{ type: "image", path: "a.png", image: null }, "a.png"],
      [{ type: "image", path: FILE.href }, FILE.href],
      [{ type: "image", base64: PNG.toString("base64") }, PNG],
      [{ type: "image", base64: `data:image/png;base64,${PNG.toString("base64")}` }, PNG],
    ];
    for (const [part, source] of shapes) {
      assert.deepEqual(parseContent([part, TEXT], 0), [{ type: "image", source }, TEXT]);
    }
    const sounds: unknown[] = [
      { type: "input_audio", input_audio: { data: PNG.toString("base64"), format: "wav" } },
      { type: "audio", audio: PNG },
      { type: "audio", base64: PNG.toString("base64url") },
    ];
    for (const part of sounds) {
      assert.deepEqual(parseContent([part], 0), [{ type: "audio", source: PNG }]);
    }
    const url = { type: "audio_url", audio_url: { url: "https://host/a.mp3" } };
    assert.deepEqual(parseContent([url], 0), [{ type: "audio", source: "https://host/a.mp3" }]);
  });

  it("joins texts that follow each other, and keeps those around files apart", () => {
    const image = { type: "image", path: "a.png" };
    assert.deepEqual(parseContent([TEXT, TEXT, image, TEXT], 0), [
      { type: "text", text: "What is it?\nWhat is it?" },
      { type: "image", source: "a.png" },
      TEXT,
    ]);
    assert.equal(parseContent([TEXT, TEXT], 0), "What is it?\nWhat is it?");
  });

  const malformed: [string, unknown, RegExp][] = [
    ["a picture without a source", { type: "image" }, /exactly one of image, url, path, base64/],
    ["a picture with two", { type: "image", url: "a", path: "b" }, /exactly one of image/],
    ["an empty path", { type: "image", path: "" }, /whose path is ""/],
    ["a path that is a number", { type: "image", path: 5 }, /whose path is 5\.$/],
    [
      "a url that is a path",
      { type: "image", url: "/etc/hosts" },
      /"\/etc\/hosts", where texts are/,
    ],
    ["a url of a file", { type: "image", url: "file:///etc/hosts" }, /is given as path\.$/],
    ["an image that is a path", { type: "image", image: "a.png" }, /is given as path\.$/],
    [
      "an image in the shape of a URL of a file",
      { type: "image", image: { href: "file:///etc/hosts", protocol: "file:" } },
      /is given as path\.$/,
    ],
    ["an audio that is a path", { type: "audio", audio: "a.wav" }, /is given as path\.$/],
    ["an image_url without a URL", { type: "image_url", image_url: {} }, /has to be \{ url \}/],
    ["an image_url that is empty", { type: "image_url", image_url: "" }, /has to be \{ url \}/],
    [
      "an image_url that is a path",
      { type: "image_url", image_url: "a.png" },
      /https: or data: URL/,
    ],
    [
      "an image_url of a file",
      { type: "image_url", image_url: "file:///a" },
      /https: or data: URL/,
    ],
    [
      "an audio_url of a file",
      { type: "audio_url", audio_url: { url: "file:///a.mp3" } },
      /audio_url .* https: or data: URL/,
    ],
    ["a sound without data", { type: "input_audio", input_audio: {} }, /has to be \{ data \}/],
    ["what is no base64", { type: "audio", base64: "%%%" }, /is no base64: "%%%"/],
    ["base64 of nothing", { type: "audio", base64: "" }, /is no base64/],
  ];
  for (const [what, part, message] of malformed) {
    it(`refuses ${what}`, () => {
      const error = catchError(InvalidRequestError, () => parseContent([part], 3));
      assert.match(error.message, /^Message 3 /);
      assert.match(error.message, message);
      assert.deepEqual(error.details, { index: 3 });
    });
  }
});
