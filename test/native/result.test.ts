import assert from "node:assert/strict";
import type { GenerateResult } from "../../src/index.js";
import { generateEndlessly } from "../helpers/endless.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

describe("the result of a generation", () => {
  const llm = useProvider();

  function assertSums({ usage }: GenerateResult): void {
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  }

  for (const max_tokens of [1, 2, 7, 33]) {
    it(`has exactly ${String(max_tokens)} tokens when max_tokens says so`, async () => {
      const result = await llm().generate(STORY_PROMPT, { max_tokens }).result();
      assert.equal(result.usage.completion_tokens, max_tokens);
      assert.equal(result.finish_reason, "length");
      assert.equal(result.stop_sequence, undefined);
      assert.ok(STORY.startsWith(result.text) && result.text !== STORY);
      assertSums(result);
    });
  }

  it("ends with stop when the model ends, counting the token that says so", async () => {
    const result = await llm().generate(STORY_PROMPT).result();
    assert.equal(result.finish_reason, "stop");
    assert.equal(result.text, STORY);
    assert.equal(result.usage.completion_tokens, (await llm().countTokens(STORY)) + 1);
    assertSums(result);
  });

  it("ends with length only when max_tokens is short of what the model would write", async () => {
    const { usage } = await llm().generate(STORY_PROMPT).result();
    const enough = usage.completion_tokens;
    const at = async (max_tokens: number): Promise<string> =>
      (await llm().generate(STORY_PROMPT, { max_tokens }).result()).finish_reason;
    assert.equal(await at(enough), "stop");
    assert.equal(await at(enough - 1), "length");
  });

  it("counts the tokens of the template around a prompt", async () => {
    const { usage } = await llm().generate("Hello", { max_tokens: 1 }).result();
    // <|im_start|> user \n Hello <|im_end|> \n <|im_start|> assistant \n
    const around = await llm().countTokens("user\n");
    const behind = (await llm().countTokens("\n")) + (await llm().countTokens("assistant\n"));
    assert.equal(usage.prompt_tokens, 3 + around + (await llm().countTokens("Hello")) + behind);
  });

  it("ends with length at the end of the context window, and fills it", async () => {
    await withProvider(
      async (small) => {
        const result = await generateEndlessly(small).result();
        assert.equal(result.finish_reason, "length");
        assert.equal(result.usage.total_tokens, 64);
        assertSums(result);
      },
      { context_window: 64 },
    );
  });

  it("says where the time went", async () => {
    const { timings, usage } = await llm().generate(STORY_PROMPT, { max_tokens: 9 }).result();
    for (const [name, value] of Object.entries(timings)) {
      assert.ok(Number.isFinite(value) && value >= 0, `${name}: ${String(value)}`);
    }
    assert.ok(timings.prefill_ms > 0 && timings.decode_ms > 0);
    assert.ok(timings.sample_ms <= timings.decode_ms);
    const computed = usage.prompt_tokens - usage.cached_tokens;
    const rate = (computed / timings.prefill_ms) * 1000;
    assert.ok(Math.abs(timings.prefill_tokens_per_second / rate - 1) < 1e-9);
  });

  it("has no decoding rate for a single token", async () => {
    const { timings } = await llm().generate(STORY_PROMPT, { max_tokens: 1 }).result();
    assert.equal(timings.decode_tokens_per_second, 0);
  });
});
