import assert from "node:assert/strict";
import { ContextWindowExceededError, HuggingFaceProvider, ResourceError } from "../../src/index.js";
import { LONG_PROMPT } from "../helpers/endless.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("the context window", () => {
  const llm = useProvider();

  it("is the model's own by default", async () => {
    await llm().preload();
    assert.equal((await llm().getResourceUsage()).cells_total, 1024);
  });

  it("holds a prompt of some 900 tokens", async () => {
    const { usage } = await llm().generate(LONG_PROMPT, { max_tokens: 4 }).result();
    assert.ok(usage.prompt_tokens > 850 && usage.prompt_tokens < 950, JSON.stringify(usage));
    assert.equal(usage.completion_tokens, 4);
  });

  it("rejects a prompt that leaves no room for a token, with the counts", async () => {
    const prompt = "The fox ".repeat(600);
    const error = await rejectionOf(
      ContextWindowExceededError,
      llm().generate(prompt, { max_tokens: 7 }),
    );
    const { usage } = await llm().generate("Hello", { max_tokens: 1 }).result();
    const around = usage.prompt_tokens - (await llm().countTokens("Hello"));
    assert.equal(error.code, "CONTEXT_WINDOW_EXCEEDED");
    assert.equal(error.details.prompt_tokens, around + (await llm().countTokens(prompt)));
    assert.equal(error.details.context_window, 1024);
    assert.equal(error.details.max_tokens, 7);
    assert.match(error.message, /1024/);
    await assertAnswers(llm());
  });

  it("may be full but for one token", async () => {
    // Each " fox" is a token, so the length can be set to the token.
    const fill = async (tokens: number): Promise<number> => {
      const overhead = (await llm().generate("Hello", { max_tokens: 1 }).result()).usage;
      const prompt = `Hello${" fox".repeat(tokens - overhead.prompt_tokens)}`;
      const { usage, finish_reason } = await llm().generate(prompt, { max_tokens: 9 }).result();
      assert.equal(finish_reason, "length");
      assert.equal(usage.prompt_tokens, tokens);
      return usage.completion_tokens;
    };
    assert.equal(await fill(1023), 1);
    assert.equal(await fill(1021), 3);
    await rejectionOf(ContextWindowExceededError, fill(1024));
  });

  for (const context_window of [1, 64, 300]) {
    it(`has exactly the ${String(context_window)} tokens that context_window says`, async () => {
      await withProvider(
        async (small) => {
          const error = await rejectionOf(
            ContextWindowExceededError,
            small.generate(" fox".repeat(context_window)),
          );
          assert.equal(error.details.context_window, context_window);
          assert.equal((await small.getResourceUsage()).cells_total, context_window);
        },
        { context_window },
      );
    });
  }

  it("may be larger than the model was trained with", async () => {
    await withProvider(
      async (large) => {
        const { usage } = await large.generate("fox ".repeat(1200), { max_tokens: 2 }).result();
        assert.ok(usage.prompt_tokens > 1024);
        await assertAnswers(large);
      },
      { context_window: 4096 },
    );
  });

  it("beyond the machine's memory is a ResourceError with remedies", async () => {
    const llm = new HuggingFaceProvider({ context_window: 2 ** 31 - 1 });
    const error = await rejectionOf(ResourceError, llm.generate("Hello"));
    assert.ok((error.details.needed_bytes ?? 0) > (error.details.available_bytes ?? Infinity));
    assert.ok(error.details.remedies.length > 0);
    await llm.cleanup();
  });
});
