import assert from "node:assert/strict";
import fc from "fast-check";
import { editDistance } from "../../../src/internal/edit-distance.js";
import { nearest } from "../../../src/internal/nearest.js";

const NAMES = ["temperature", "max_tokens", "top_k", "top_p", "stop", "model"];

describe("editDistance", () => {
  it("counts insertions, deletions, substitutions and swaps as one each", () => {
    assert.equal(editDistance("stop", "stops"), 1);
    assert.equal(editDistance("stop", "sop"), 1);
    assert.equal(editDistance("stop", "stip"), 1);
    assert.equal(editDistance("stop", "sotp"), 1);
    assert.equal(editDistance("kitten", "sitting"), 3);
    assert.equal(editDistance("", "abc"), 3);
  });

  it("is a symmetric distance, bounded by the lengths", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        assert.equal(distance, editDistance(b, a));
        assert.equal(distance === 0, a === b);
        assert.ok(distance >= Math.abs(a.length - b.length));
        assert.ok(distance <= Math.max(a.length, b.length));
      }),
    );
  });
});

describe("nearest", () => {
  it("finds what a typing mistake meant", () => {
    assert.equal(nearest("temprature", NAMES), "temperature");
    assert.equal(nearest("max_tokesn", NAMES), "max_tokens");
    assert.equal(nearest("modle", NAMES), "model");
  });

  it("looks through other ways of writing names", () => {
    assert.equal(nearest("maxTokens", NAMES), "max_tokens");
    assert.equal(nearest("MAX-TOKENS", NAMES), "max_tokens");
    assert.equal(nearest("topP", NAMES), "top_p");
  });

  it("looks through abbreviations and their opposite", () => {
    assert.equal(nearest("temp", NAMES), "temperature");
    assert.equal(nearest("stop_sequences", NAMES), "stop");
    assert.equal(nearest("to", NAMES), undefined);
  });

  it("prefers the nearer of two", () => {
    assert.equal(nearest("top_q", ["stop", "top_k"]), "top_k");
    assert.equal(nearest("tpo_p", NAMES), "top_p");
  });

  it("suggests nothing for names that resemble none", () => {
    assert.equal(nearest("banana", NAMES), undefined);
    assert.equal(nearest("", NAMES), undefined);
    assert.equal(nearest("_", NAMES), undefined);
    assert.equal(nearest("x", NAMES), undefined);
    assert.equal(nearest("stop", []), undefined);
  });

  it("does not compare names of absurd length", () => {
    assert.equal(nearest("temperature".padEnd(65, "e"), NAMES), undefined);
  });
});
