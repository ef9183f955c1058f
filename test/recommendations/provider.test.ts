import assert from "node:assert/strict";
import {
  getModelRecommendations,
  HuggingFaceProvider,
  InvalidParameterError,
  measureMemoryBandwidth,
} from "../../src/index.js";

describe("getModelRecommendations", () => {
  it("gives rows at once, and measured speeds after the measurement", async () => {
    const bandwidth = await measureMemoryBandwidth();
    assert.ok(bandwidth > 1e8 && bandwidth < 1e14, String(bandwidth));
    assert.equal(await measureMemoryBandwidth(), bandwidth);
    const rows = getModelRecommendations("text-generation");
    assert.ok(rows.length > 10);
    for (const row of rows) {
      assert.ok(row.model !== "" && row.description !== "");
      assert.equal(typeof row.fits, "boolean");
      assert.equal(row.is_measured, true);
      assert.ok((row.tokens_per_second ?? 0) > 0);
    }
  });

  it("knows the tasks of transformers by their names", () => {
    const names = (task: string): string[] =>
      getModelRecommendations(task as never)
        .map(({ model }) => model)
        .sort();
    assert.deepEqual(names("image-text-to-text"), names("vision"));
    assert.deepEqual(names("feature-extraction"), names("embeddings"));
    assert.throws(
      () => getModelRecommendations("text-generaton" as never),
      (error) =>
        InvalidParameterError.isInstance(error) && error.details.nearest === "text-generation",
    );
  });

  it("is changed per provider: added, replaced by name, replaced as a whole", async () => {
    await using llm = new HuggingFaceProvider();
    await using other = new HuggingFaceProvider();
    const before = llm.getModelRecommendations("code").length;

    llm.updateModelRecommendations("code", [["my-model", "Custom model description"]]);
    const [first] = llm.getModelRecommendations("code");
    assert.equal(first?.model, "my-model");
    assert.equal(first.description, "Custom model description");
    assert.equal(llm.getModelRecommendations("code").length, before + 1);

    llm.updateModelRecommendations("code", [
      { model: "my-model", description: "B", parameters: 1 },
    ]);
    const [again, second] = llm.getModelRecommendations("code");
    assert.equal(again?.description, "B");
    assert.ok((again.tokens_per_second ?? 0) > 0);
    assert.notEqual(second?.model, "my-model");

    // What is read can be written.
    llm.updateModelRecommendations("tools", llm.getModelRecommendations("code").slice(0, 3), {
      replace: true,
    });
    assert.equal(llm.getModelRecommendations("tools").length, 3);
    assert.equal(other.getModelRecommendations("code").length, before);
  });

  it("refuses rows that say nothing, and changes nothing then", async () => {
    await using llm = new HuggingFaceProvider();
    const before = llm.getModelRecommendations("code");
    const bad: unknown[] = [
      "model",
      [["only a name"]],
      [["", "x"]],
      [{ model: "a" }],
      [["a", "b"], null],
      [{ model: "a", description: "b", parameters: NaN }],
      [{ model: "a", description: "b", languages: "en" }],
    ];
    for (const rows of bad) {
      assert.throws(() => {
        llm.updateModelRecommendations("code", rows as never);
      }, InvalidParameterError);
    }
    assert.throws(() => {
      llm.updateModelRecommendations("code", [], { replaces: true } as never);
    }, InvalidParameterError);
    assert.deepEqual(
      llm.getModelRecommendations("code").map(({ model }) => model),
      before.map(({ model }) => model),
    );
  });
});
