import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HuggingFaceProvider, ModelLoadingError } from "../../src/index.js";
import { useTempFolder, withCacheFolder } from "../helpers/gguf.js";
import { withProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";

const MODEL = fileURLToPath(new URL("../fixtures/checkpoints/gemma3-linear", import.meta.url));

describe("a model with a sliding window", () => {
  const folder = useTempFolder();

  it("that no layer uses is refused, and the process goes on", async () => {
    await withCacheFolder(folder(), async () => {
      await withProvider((llm) => llm.preload(), { model: MODEL, quantization: "q6_k" });
    });
    const names = readdirSync(folder(), { recursive: true, encoding: "utf8" });
    const model = join(folder(), names.find((name) => name.endsWith(".gguf")) ?? "");
    const bytes = readFileSync(model);
    const key = "gemma3.attention.sliding_window_pattern";
    // Behind the key: the types of the array and of its elements, and their number.
    const at = bytes.indexOf(key) + key.length + 8;
    const count = Number(bytes.readBigUInt64LE(at));
    bytes.fill(0, at + 8, at + 8 + count);
    writeFileSync(model, bytes);
    await withProvider(
      async (llm) => {
        const error = await rejectionOf(ModelLoadingError, llm.preload());
        assert.match(error.message, /no layer that uses it/);
      },
      { model },
    );
  });

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
