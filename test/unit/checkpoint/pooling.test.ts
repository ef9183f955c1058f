import assert from "node:assert/strict";
import { metadataOf, planOf, readFixture, withConfig } from "./fixture.js";

describe("the pooling of a plan", () => {
  async function poolingOf(name: string, pooling?: Record<string, unknown>): Promise<unknown> {
    const { folder, tensors } = await readFixture(name);
    return metadataOf(planOf({ folder: { ...folder, pooling }, tensors }), "pooling_type");
  }

  it("is what 1_Pooling/config.json says, for encoders and decoders", async () => {
    for (const [setting, type] of [
      ["pooling_mode_mean_tokens", 1],
      ["pooling_mode_cls_token", 2],
      ["pooling_mode_lasttoken", 3],
    ] as const) {
      for (const name of ["bert", "qwen3"]) {
        assert.equal(await poolingOf(name, { [setting]: true }), type, name);
      }
    }
    assert.equal(await poolingOf("bert", { pooling_mode: "cls" }), 2);
  });

  it("is the mean for encoders that do not say, and none for decoders", async () => {
    assert.equal(await poolingOf("bert"), 1);
    assert.equal(await poolingOf("modernbert"), 1);
    assert.equal(await poolingOf("qwen3"), undefined);
  });

  it("ranks with classifiers, which tell their labels in order", async () => {
    const fixture = await readFixture("bert-cls");
    const labels = { 2: "neutral", 0: "bad", 1: "good" };
    const plan = planOf(withConfig(fixture, { id2label: labels }));
    assert.equal(metadataOf(plan, "pooling_type"), 4);
    assert.deepEqual(metadataOf(plan, "classifier.output_labels"), ["bad", "good", "neutral"]);
    const ranker = planOf(await readFixture("bert-rerank"));
    assert.deepEqual(metadataOf(ranker, "classifier.output_labels"), ["LABEL_0"]);
  });

  it("says whether the tokenizer tells two texts apart, where the model can", async () => {
    const { folder, tensors } = await readFixture("bert-rerank");
    const ofTokenizer = (tokenizer: Record<string, unknown> | undefined): unknown =>
      metadataOf(planOf({ folder: { ...folder, tokenizer }, tensors }), "pair_token_types");
    assert.equal(ofTokenizer({ tokenizer_class: "BertTokenizer" }), true);
    assert.equal(ofTokenizer(undefined), true);
    assert.equal(ofTokenizer({ tokenizer_class: "TokenizersBackend" }), false);
    const names = ["input_ids", "token_type_ids"];
    assert.equal(
      ofTokenizer({ tokenizer_class: "TokenizersBackend", model_input_names: names }),
      true,
    );
    assert.equal(
      ofTokenizer({ tokenizer_class: "BertTokenizer", model_input_names: ["input_ids"] }),
      false,
    );
    const oneType = planOf(await readFixture("roberta-cls"));
    assert.equal(metadataOf(oneType, "pair_token_types"), undefined);
  });
});
