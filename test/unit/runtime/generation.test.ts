import assert from "node:assert/strict";
import { Generation } from "../../../src/runtime/generation.js";
import { resultOf } from "../../cli/fake-llm.js";

describe("a generation", () => {
  it("is named in logs", () => {
    const run = new Generation(
      () => Promise.resolve(resultOf("x")),
      () => undefined,
    );
    assert.equal(Object.prototype.toString.call(run), "[object Generation]");
  });
});
