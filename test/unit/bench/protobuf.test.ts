import assert from "node:assert/strict";

import { bytes, float, integer, message } from "../../../bench/onnx/protobuf.mjs";

const hex = (data: Buffer): string => data.toString("hex");

describe("protocol buffers", () => {
  it("encode numbers in groups of seven bits", () => {
    assert.equal(hex(integer(1, 150)), "089601");
    assert.equal(hex(integer(1, 0)), "0800");
    assert.equal(hex(integer(1, 2 ** 35)), "08808080808001");
    assert.equal(hex(integer(20, 7)), "a00107");
  });

  it("encode strings and messages with their lengths", () => {
    assert.equal(hex(bytes(2, "testing")), "120774657374696e67");
    assert.equal(hex(bytes(3, message(integer(1, 150)))), "1a03089601");
    assert.equal(hex(bytes(1, "é")), "0a02c3a9");
    assert.equal(bytes(1, Buffer.alloc(300)).length, 303);
  });

  it("encode floating point in four bytes", () => {
    assert.equal(hex(float(2, 1)), "150000803f");
  });
});
