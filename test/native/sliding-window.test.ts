import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { HuggingFaceProvider } from "../../src/index.js";

const MODEL = fileURLToPath(new URL("../fixtures/checkpoints/gemma3-linear", import.meta.url));

describe("a model with a sliding window", () => {
  it("shares no prefixes, and answers in a full cache as it does alone", async () => {
    const options = { temperature: 0, max_tokens: 20, apply_chat_template: false };
    const llm = new HuggingFaceProvider({
      ...options,
      model: MODEL,
      context_window: 128,
      kv_cache_tokens: 200,
    });
    const prompts = Array.from("abcdef", (letter) => `Once upon a time ${letter} there were foxes`);
    const alone: string[] = [];
    for (const prompt of prompts) alone.push(await llm.generate(prompt));
    assert.equal((await llm.getResourceUsage()).prefix_reuse, false);
    const together = await Promise.all(
      [...prompts, ...prompts, ...prompts, ...prompts].map((prompt) =>
        llm.generate(prompt).result(),
      ),
    );
    for (const { text, usage } of together) {
      assert.equal(usage.cached_tokens, 0);
      assert.ok(text.length > 0);
    }
    await llm.cleanup();
  });
});
