import assert from "node:assert/strict";
import {
  ContextWindowExceededError,
  HuggingFaceProvider,
  UnsupportedFeatureError,
  type CacheType,
  type ProviderOptions,
} from "../../src/index.js";
import { DEFAULTS, withProvider } from "../helpers/provider.js";
import { answerTo, assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

async function cacheBytes(options: ProviderOptions): Promise<number> {
  return await withProvider(async (llm) => {
    assert.notEqual(await llm.generate("Hello", { max_tokens: 8 }), "");
    const { devices } = await llm.getResourceUsage();
    return devices.reduce((sum, device) => sum + device.kv_cache, 0);
  }, options);
}

describe("the types of the KV cache", () => {
  it("take the memory of their bits", async () => {
    const both = (type: CacheType) => cacheBytes({ cache_type_k: type, cache_type_v: type });
    const bytes = {
      f32: await both("f32"),
      f16: await both("f16"),
      bf16: await both("bf16"),
      q8_0: await both("q8_0"),
      q5_1: await both("q5_1"),
      q5_0: await both("q5_0"),
      q4_1: await both("q4_1"),
      q4_0: await both("q4_0"),
    };
    assert.equal(bytes.f32, 2 * bytes.f16);
    assert.equal(bytes.bf16, bytes.f16);
    // Per block of 32 values: their bits, and one or two numbers of two bytes.
    const perBlock = { q8_0: 34, q5_1: 24, q5_0: 22, q4_1: 20, q4_0: 18 };
    for (const [type, size] of Object.entries(perBlock)) {
      assert.equal(bytes[type as keyof typeof bytes], (bytes.f16 / 64) * size, type);
    }
    assert.equal(await cacheBytes({}), bytes.f16);
  });

  it("may differ for keys and values", async () => {
    const [f16, q8_0] = [await cacheBytes({}), await cacheBytes({ cache_type_k: "q8_0" })];
    assert.equal(q8_0, f16 / 2 + (f16 / 128) * 34);
    assert.equal(await cacheBytes({ cache_type_v: "q8_0" }), q8_0);
  });

  it("keep answers right that are sure enough", async () => {
    await withProvider(assertAnswers, { cache_type_k: "q8_0", cache_type_v: "q8_0" });
  });

  it("of values cannot be quantised without flash attention, and say so", async () => {
    for (const cache_type_v of ["q8_0", "q4_0"] as const) {
      const llm = new HuggingFaceProvider({ cache_type_v, use_flash_attention: false });
      const error = await rejectionOf(UnsupportedFeatureError, llm.generate("Hello"));
      assert.equal(error.details.parameter, "cache_type_v");
      assert.equal(error.details.value, cache_type_v);
      assert.match(error.message, /use_flash_attention/);
      await llm.cleanup();
    }
    await withProvider(assertAnswers, { cache_type_v: "bf16", use_flash_attention: false });
  });
});

describe("use_flash_attention", () => {
  for (const use_flash_attention of [true, false, "auto"] as const) {
    it(`${String(use_flash_attention)} gives the same answers`, async () => {
      await withProvider(assertAnswers, { use_flash_attention });
    });
  }
});

describe("kv_cache_tokens", () => {
  const cellsOf = (options: ProviderOptions) =>
    withProvider(async (llm) => {
      await llm.preload();
      return (await llm.getResourceUsage()).cells_total;
    }, options);

  it("is the size of the cache, which is the context window otherwise", async () => {
    assert.equal(await cellsOf({}), 1024);
    assert.equal(await cellsOf({ context_window: 256 }), 256);
    assert.equal(await cellsOf({ context_window: 256, kv_cache_tokens: 5000 }), 5000);
    assert.equal(await cellsOf({ kv_cache_tokens: 2000 }), 2000);
  });

  it("is never less than the context window", async () => {
    assert.equal(await cellsOf({ context_window: 256, kv_cache_tokens: 1 }), 256);
  });

  it("does not make the context window larger", async () => {
    const llm = new HuggingFaceProvider({ ...DEFAULTS, context_window: 64, kv_cache_tokens: 512 });
    const error = await rejectionOf(ContextWindowExceededError, llm.generate("fox ".repeat(100)));
    assert.equal(error.details.context_window, 64);
    await llm.cleanup();
  });

  it("keeps as many conversations as it has room for", async () => {
    const questions = ["Hello", "Who are you?", "What is the opposite of hot?"];
    const reused = (options: ProviderOptions) =>
      withProvider(async (llm) => {
        for (const question of questions) await llm.generate(question);
        // The first one again: was it kept?
        const { text, usage } = await llm.generate("Hello").result();
        assert.equal(text, answerTo("Hello"));
        return usage.prompt_tokens - usage.cached_tokens === 1;
      }, options);
    assert.equal(await reused({ context_window: 32, kv_cache_tokens: 256 }), true);
    assert.equal(await reused({ context_window: 32 }), false);
  });
});
