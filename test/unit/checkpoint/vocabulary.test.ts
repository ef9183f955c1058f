import assert from "node:assert/strict";
import { join } from "node:path";
import { ModelLoadingError } from "../../../src/errors.js";
import type { PlanVocabulary } from "../../../src/native/checkpoint-plan.js";
import { catchError } from "../config/catch-error.js";
import { planOf, readFixture, withConfig, type Fixture } from "./fixture.js";

describe("the vocabulary of a plan", () => {
  let llama: Fixture;
  before(async () => {
    llama = await readFixture("llama");
  });

  function vocabularyOf(
    files: Partial<Fixture["folder"]>,
    config: Readonly<Record<string, unknown>> = {},
  ): PlanVocabulary {
    const { folder, tensors } = withConfig(llama, config);
    return planOf({ folder: { ...folder, ...files }, tensors }).vocabulary;
  }

  it("stops at what generation_config.json lists and at the tokenizer's own end", () => {
    const { stop } = vocabularyOf({
      generation: { eos_token_id: [7, 8] },
      tokenizer: { eos_token: { content: "<|im_end|>" } },
    });
    assert.deepEqual(stop, [7, 8, "<|im_end|>"]);
  });

  it("stops at what config.json says when there is no generation_config.json", () => {
    const files = { generation: undefined, tokenizer: {} };
    assert.deepEqual(vocabularyOf(files, { eos_token_id: 5 }).stop, [5]);
    assert.deepEqual(vocabularyOf(files, { eos_token_id: [5, 6] }).stop, [5, 6]);
    assert.deepEqual(vocabularyOf(files, { eos_token_id: null }).stop, []);
  });

  it("takes the tokenizer's special tokens before the model's", () => {
    const config = { bos_token_id: 1, pad_token_id: 0 };
    const { bos, pad, unk } = vocabularyOf({ tokenizer: { bos_token: "<s>" } }, config);
    assert.deepEqual([bos, pad, unk], ["<s>", 0, undefined]);
    const older = { tokenizer: {}, specialTokens: { unk_token: { content: "<unk>" } } };
    assert.equal(vocabularyOf(older).unk, "<unk>");
  });

  it("has as many tokens as the embedding has rows", () => {
    assert.equal(vocabularyOf({}).size, 420);
  });

  it("is refused when no token that is listed could end a text", () => {
    const files = { generation: undefined, tokenizer: {} };
    for (const [given, file] of [
      [files, "config.json"],
      [{ ...files, generation: { eos_token_id: [420, 421] } }, "generation_config.json"],
    ] as const) {
      const error = catchError(ModelLoadingError, () => vocabularyOf(given, { eos_token_id: 420 }));
      assert.match(error.message, /eos_token_id is 420(?:, 421)?, and .* tokens 0 to 419 only/);
      assert.equal(error.details.path, join(llama.folder.path, file));
    }
    // transformers warns of such ids.
    assert.deepEqual(vocabularyOf(files, { eos_token_id: [419, 420] }).stop, [419, 420]);
    const named = { ...files, tokenizer: { eos_token: "</s>" } };
    assert.deepEqual(vocabularyOf(named, { eos_token_id: 420 }).stop, [420, "</s>"]);
  });

  it("takes the chat template from its own file, else from tokenizer_config.json", () => {
    const listed = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "chat" },
    ];
    const tokenizer = { chat_template: "inline" };
    assert.equal(vocabularyOf({ tokenizer }).chatTemplate, "inline");
    assert.equal(vocabularyOf({ tokenizer: { chat_template: listed } }).chatTemplate, "chat");
    assert.equal(vocabularyOf({ tokenizer, chatTemplate: "file" }).chatTemplate, "file");
    assert.equal(vocabularyOf({ tokenizer: { chat_template: 5 } }).chatTemplate, undefined);
  });
});
