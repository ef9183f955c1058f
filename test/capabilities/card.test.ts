import assert from "node:assert/strict";
import { readCard } from "../../src/capabilities/card.js";

describe("readCard", () => {
  it("reads lists of dashes, inline lists, scalars and quotes", () => {
    const card = readCard(
      [
        "---",
        "license: apache-2.0",
        'pipeline_tag: "text-generation" # as the Hub says',
        "language:",
        "- en",
        "- 'no'",
        "tags: [code, 'chat']",
        "datasets:",
        "  - bigcode/the-stack",
        "base_model: a/b",
        "model-index:",
        "- name: x",
        "  results:",
        "  - task: y",
        "---",
        "# Title",
      ].join("\r\n"),
    );
    assert.deepEqual(card, {
      license: "apache-2.0",
      pipelineTag: "text-generation",
      languages: ["en", "no"],
      tags: ["code", "chat"],
      datasets: ["bigcode/the-stack"],
      baseModels: ["a/b"],
    });
  });

  it("says nothing of a text without front matter", () => {
    for (const text of ["", "# Title", "---\nlicense: mit\n", "text\n---\nlicense: mit\n---\n"]) {
      assert.equal(readCard(text), undefined, JSON.stringify(text));
    }
  });

  it("takes anything", () => {
    for (const inner of [": : :", "- a\n- b", "tags:\n  a: b", "tags: |", "tags: {a: b}", "\0"]) {
      assert.ok(readCard(`---\n${inner}\n---\n`) !== undefined, JSON.stringify(inner));
    }
  });
});
