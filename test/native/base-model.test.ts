import assert from "node:assert/strict";
import { join } from "node:path";
import { HuggingFaceProvider, UnsupportedFeatureError } from "../../src/index.js";
import { useTempFolder, writeBaseModel } from "../helpers/gguf.js";
import { DEFAULTS } from "../helpers/provider.js";
import { answerTo } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("a base model", () => {
  const folder = useTempFolder();
  let llm: HuggingFaceProvider;

  before(async () => {
    // With a space and letters beyond ASCII, which a path may have.
    const model = join(folder(), "ein Modéll 模型");
    await writeBaseModel(model);
    llm = new HuggingFaceProvider({ ...DEFAULTS, model });
  });
  after(async () => {
    await llm.cleanup();
  });

  it("gets a prompt as it is", async () => {
    const prompt = "Once upon a time there was";
    const { text, usage } = await llm.generate(prompt, { max_tokens: 8 }).result();
    assert.equal(usage.prompt_tokens, await llm.countTokens(prompt));
    assert.ok(text.length > 0);
  });

  it("sees the text of special tokens as text", async () => {
    const prompt = "<|im_start|>user\nWho are you?<|im_end|>\n<|im_start|>assistant\n";
    const result = await llm.generate(prompt, { max_tokens: 16 }).result();
    assert.equal(result.usage.prompt_tokens, await llm.countTokens(prompt));
    assert.notEqual(result.text, answerTo("Who are you?").slice(0, result.text.length));
  });

  it("takes no messages", async () => {
    const messages = [{ role: "user", content: "Hello" }] as const;
    const error = await rejectionOf(UnsupportedFeatureError, llm.generate(messages));
    assert.match(error.message, /chat template/);
  });

  it("has no place for a system prompt, but for an empty one", async () => {
    const options = { max_tokens: 4 };
    const system_prompt = "You are a fox.";
    const error = await rejectionOf(
      UnsupportedFeatureError,
      llm.generate("Once", { ...options, system_prompt }),
    );
    assert.equal(error.details.parameter, "system_prompt");
    assert.equal(
      await llm.generate("Once", { ...options, system_prompt: "" }),
      await llm.generate("Once", options),
    );
  });
});
