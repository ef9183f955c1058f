import assert from "node:assert/strict";
import { contextWarning } from "../../../src/runtime/context-warning.js";

describe("a context window", () => {
  it("near that of the training is nothing to warn of", () => {
    for (const contextSize of [1, 1024, 2048]) {
      assert.equal(contextWarning({ contextSize, trainContextSize: 1024 }), undefined);
    }
  });

  it("far beyond it is, with both numbers", () => {
    const warning = contextWarning({ contextSize: 4096, trainContextSize: 1024 }) ?? "";
    assert.match(warning, /^context_window is 4096, and the model was trained with 1024 tokens/);
  });

  it("is nothing to warn of when the model does not say its own", () => {
    assert.equal(contextWarning({ contextSize: 4096, trainContextSize: 0 }), undefined);
  });
});
