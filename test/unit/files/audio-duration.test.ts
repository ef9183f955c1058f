import assert from "node:assert/strict";
import { audioDuration } from "../../../src/files/audio-duration.js";

/** A second of silence behind a number of empty chunks. */
function wav(emptyChunks: number): Buffer {
  const head = Buffer.from("RIFF\0\0\0\0WAVE", "latin1");
  const format = Buffer.alloc(24);
  format.write("fmt ", "latin1");
  format.writeUInt32LE(16, 4);
  format.writeUInt32LE(16_000, 16);
  const data = Buffer.alloc(8 + 16_000);
  data.write("data", "latin1");
  data.writeUInt32LE(16_000, 4);
  return Buffer.concat([head, format, Buffer.alloc(8 * emptyChunks), data]);
}

describe("the length of a sound", () => {
  it("is in the header, behind a few other chunks", () => {
    assert.equal(audioDuration(wav(0), "audio/wav"), 1);
    assert.equal(audioDuration(wav(100), "audio/wav"), 1);
  });

  it("is not looked for behind thousands of them", () => {
    assert.equal(audioDuration(wav(5000), "audio/wav"), undefined);
  });
});
