import assert from "node:assert/strict";
import {
  ContextWindowExceededError,
  type GenerateOptions,
  type GenerateResult,
} from "../../src/index.js";
import { ENDLESS_GRAMMAR } from "../helpers/endless.js";
import { assertNear } from "../helpers/near.js";
import { promptTokens, scoreLast } from "../helpers/prompt-tokens.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

const WINDOW = 64;
/** Around 200 tokens, each in one place only. */
const LONG = Array.from({ length: 60 }, (_, i) => `${String(i)} foxes`).join(", ");

describe("truncation_strategy", () => {
  const llm = useProvider({ torch_dtype: "float32", context_window: WINDOW });
  const run = (prompt: string, options: GenerateOptions) =>
    llm()
      .generate(prompt, { logprobs: true, ...options })
      .result();

  /** That what the model saw before its answer were these tokens. */
  async function assertSaw(result: GenerateResult, tokens: readonly number[]): Promise<void> {
    assert.equal(result.usage.prompt_tokens, tokens.length);
    const [first] = result.logprobs ?? [];
    assert.ok(first !== undefined);
    assertNear(first.logprob, await scoreLast(llm(), [...tokens, first.token]));
  }

  it("is an error with the counts by default, and by name", async () => {
    const prompt = await promptTokens(llm(), LONG);
    for (const options of [{}, { truncation_strategy: "error" as const }]) {
      const error = await rejectionOf(
        ContextWindowExceededError,
        llm().generate(LONG, { max_tokens: 9, ...options }),
      );
      const { prompt_tokens, context_window, max_tokens } = error.details;
      assert.deepEqual(
        { prompt_tokens, context_window, max_tokens },
        { prompt_tokens: prompt.length, context_window: WINDOW, max_tokens: 9 },
      );
    }
  });

  for (const truncation_strategy of ["left", "rolling"] as const) {
    it(`"${truncation_strategy}" leaves out the beginning, but for the leading special token`, async () => {
      const prompt = await promptTokens(llm(), LONG);
      const result = await run(LONG, { max_tokens: 10, truncation_strategy });
      const room = WINDOW - 10;
      assert.equal(result.usage.truncated_tokens, prompt.length - room);
      await assertSaw(result, [...prompt.slice(0, 1), ...prompt.slice(1 - room)]);
    });
  }

  it('"middle" leaves out the middle', async () => {
    const prompt = await promptTokens(llm(), LONG);
    const result = await run(LONG, { max_tokens: 10, truncation_strategy: "middle" });
    const half = (WINDOW - 10) / 2;
    assert.equal(result.usage.truncated_tokens, prompt.length - 2 * half);
    await assertSaw(result, [...prompt.slice(0, half), ...prompt.slice(-half)]);
  });

  it("leaves the answer no more than half of the window", async () => {
    for (const truncation_strategy of ["left", "middle", "rolling"] as const) {
      const { usage } = await run(LONG, { truncation_strategy, stop: " " });
      assert.equal(usage.prompt_tokens, WINDOW / 2);
    }
  });

  it("of a bare prompt keeps its end to the token", async () => {
    const prompt = Array.from(await llm().tokenize(LONG));
    const options = { apply_chat_template: false, max_tokens: 4 };
    const result = await run(LONG, { ...options, truncation_strategy: "left" });
    await assertSaw(result, prompt.slice(4 - WINDOW));
  });

  it("does nothing to a prompt that fits", async () => {
    for (const truncation_strategy of ["left", "middle", "rolling"] as const) {
      const { text, usage } = await run("Hello", { truncation_strategy });
      assert.equal(usage.truncated_tokens, 0);
      assert.equal(text, (await run("Hello", {})).text);
    }
  });

  it("may leave out most of a very long prompt", async () => {
    const prompt = "Nora found a map. ".repeat(20_000);
    const { usage } = await run(prompt, { truncation_strategy: "middle", max_tokens: 1 });
    assert.equal(usage.prompt_tokens + 1, WINDOW);
    assert.ok(usage.truncated_tokens > 50_000);
    await assertAnswers(llm());
  });

  it("other than rolling ends the answer where the window ends", async () => {
    for (const truncation_strategy of ["error", "left", "middle"] as const) {
      const options = { truncation_strategy, grammar: ENDLESS_GRAMMAR };
      const { usage, finish_reason } = await run("Hello", options);
      assert.equal(usage.total_tokens, WINDOW);
      assert.equal(finish_reason, "length");
    }
  });

  it('"rolling" goes on beyond the window, up to max_tokens', async () => {
    for (const max_tokens of [56, 57, 500]) {
      const options = { truncation_strategy: "rolling", max_tokens } as const;
      const { usage, text, finish_reason } = await run("Hello", {
        ...options,
        grammar: ENDLESS_GRAMMAR,
      });
      assert.equal(usage.completion_tokens, max_tokens);
      assert.equal(usage.prompt_tokens, 9);
      assert.equal(finish_reason, "length");
      assert.match(text, /^(?:la )+(?:l|la)?$/);
    }
  });

  it('"rolling" forgets the oldest half of all but the leading special token', async () => {
    const options = { truncation_strategy: "rolling", max_tokens: 140, temperature: 1 } as const;
    const question = "Hello";
    // No end: the token that says so is forbidden.
    const { logprobs } = await run(question, { ...options, seed: 1, logit_bias: { 2: false } });
    assert.equal(logprobs?.length, 140);
    const seen = await promptTokens(llm(), question);
    let rolls = 0;
    for (const { token, logprob } of logprobs) {
      const expected = await scoreLast(llm(), [...seen, token]);
      // What is unlikely is less exact; a token more or less would make a larger difference.
      assertNear(logprob, expected, `after ${String(rolls)} rolls`, 0.01);
      seen.push(token);
      if (seen.length < WINDOW) continue;
      seen.splice(1, Math.floor((WINDOW - 1) / 2));
      rolls += 1;
    }
    assert.ok(rolls >= 2);
  });

  it('"rolling" streams each piece once, beside other calls', async () => {
    const options = { truncation_strategy: "rolling", max_tokens: 300 } as const;
    const texts = await Promise.all(
      ["0", "1", "2"].map((digit) =>
        run("Hello", { ...options, grammar: `root ::= "${digit}" root` }),
      ),
    );
    for (const [i, { text }] of texts.entries()) assert.equal(text, String(i).repeat(300));
  });

  it("fits windows of any size, or says that there is no room", async () => {
    for (const context_window of [1, 2, 3, 5]) {
      await withProvider(
        async (tiny) => {
          for (const truncation_strategy of ["left", "middle", "rolling"] as const) {
            const call = tiny.generate(LONG, { truncation_strategy, max_tokens: 7 });
            if (context_window === 1) {
              await rejectionOf(ContextWindowExceededError, call);
            } else {
              const { usage } = await call.result();
              assert.ok(usage.prompt_tokens >= 1 && usage.prompt_tokens < context_window);
              assert.ok(usage.completion_tokens >= 1);
            }
          }
        },
        { context_window },
      );
    }
  });
});
