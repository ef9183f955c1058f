import assert from "node:assert/strict";
import { displayWidth } from "../../src/cli/display-width.js";
import { inspectionSections } from "../../src/cli/inspection-text.js";
import type { ModelInspection } from "../../src/inspect.js";

const OPTIONS = { width: 60, template: false, tensors: true };

const MODEL: ModelInspection = {
  path: "/models/model.gguf",
  size_bytes: 4096,
  name: "a model",
  architecture: "llama",
  parameter_count: 1_500_000,
  context_length: 1024,
  layer_count: 5,
  embedding_length: 256,
  vocabulary_size: 1232,
  tokenizer: { model: "gpt2", pre: "smollm" },
  chat_template: "one\ntwo\nthree\nfour\nfive\nsix",
  tensor_types: [{ type: "f16", tensor_count: 1, parameter_count: 1_500_000, bytes: 3_000_000 }],
  metadata: {
    "general.architecture": "llama",
    "tokenizer.ggml.tokens": { type: "str", length: 1232 },
    "llama.attention.layer_norm_rms_epsilon": Math.fround(1e-5),
    "tokenizer.chat_template": "one\ntwo",
  },
  tensors: [{ name: "token_embd.weight", type: "f16", shape: [256, 1232], bytes: 630784 }],
};

function textOf(model: ModelInspection, options = OPTIONS): string {
  const sections = inspectionSections(model, options);
  return sections.flatMap(({ title, lines }) => [title, ...lines]).join("\n");
}

describe("the text of an inspection", () => {
  it("tells what matters first", () => {
    const text = textOf(MODEL);
    for (const words of [
      /^a model\n/,
      /size +4\.00 KiB/,
      /parameters +1\.50 M/,
      /context length +1024/,
      /tokenizer +gpt2 \(smollm\), 1232 tokens/,
      /f16 +1 +1\.50 M +2\.86 MiB +100\.0 %/,
      /rms_epsilon +0\.00001\n/,
      /tokenizer\.ggml\.tokens +\[1232 str\]/,
      /token_embd\.weight +f16 +256 x 1232 +616 KiB/,
    ]) {
      assert.match(text, words);
    }
  });

  it("shows the beginning of the template, or all of it", () => {
    assert.match(textOf(MODEL), /its beginning; --template shows it all\)\n {2}one\n/);
    assert.ok(!textOf(MODEL).includes("six"));
    assert.match(textOf(MODEL, { ...OPTIONS, template: true }), /Chat template\n {2}one\n[^]*six$/);
    assert.match(textOf({ ...MODEL, chat_template: "short" }), /Chat template\n {2}short$/);
    assert.match(textOf({ ...MODEL, chat_template: undefined }), /chat template +none/);
  });

  it("fits the terminal", () => {
    const metadata = { "general.description": "a long description ".repeat(20) };
    const text = textOf({ ...MODEL, metadata, chat_template: "x".repeat(5000) });
    const wide = text.split("\n").filter((line) => displayWidth(line) > OPTIONS.width);
    assert.deepEqual(wide, []);
  });

  it("says what a file does not say, and obeys none", () => {
    const text = textOf({
      ...MODEL,
      name: "\x1b[2Jname\n",
      architecture: undefined,
      context_length: undefined,
      tokenizer: undefined,
      tensor_types: [],
      metadata: { "a\x1b[2J": "b\nc" },
    });
    assert.match(text, /architecture +not said/);
    assert.match(text, /tokenizer +not said/);
    assert.match(text, /a\\x1b\[2J +b\\nc/);
    assert.ok(!text.includes("\x1b"));
  });
});
