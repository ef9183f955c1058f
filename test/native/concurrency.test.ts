import assert from "node:assert/strict";
import { HuggingFaceProvider, type Progress } from "../../src/index.js";
import { DEFAULTS, useProvider, withProvider } from "../helpers/provider.js";
import { REFERENCE, STORY, STORY_PROMPT } from "../helpers/reference.js";

describe("many calls at once", () => {
  const llm = useProvider({ threads: 2 });

  it("are all answered as alone", async () => {
    const entries = Array.from({ length: 20 }, (_, i) => REFERENCE[i % REFERENCE.length]);
    const answers = await Promise.all(
      entries.map((entry) => llm().generate(entry?.messages ?? [])),
    );
    assert.deepEqual(
      answers,
      entries.map((entry) => entry?.output),
    );
  });

  it("of all kinds are answered as alone", async () => {
    const text = "Nora lived near the river.";
    const alone = {
      tokens: await llm().tokenize(text),
      score: await llm().score(text),
    };
    const rounds = Array.from({ length: 5 }, async () => {
      const [answer, tokens, back, score] = await Promise.all([
        llm().generate(STORY_PROMPT),
        llm().tokenize(text),
        llm().detokenize(alone.tokens),
        llm().score(text),
      ]);
      assert.equal(answer, STORY);
      assert.deepEqual(tokens, alone.tokens);
      assert.equal(back, text);
      assert.deepEqual(score, alone.score);
    });
    await Promise.all(rounds);
  });

  it("load the model once", async () => {
    await withProvider(async (fresh) => {
      const progress: Progress[] = [];
      const onProgress = (step: Progress): void => {
        if (step.stage === "load") progress.push(step);
      };
      const calls = Array.from({ length: 20 }, (_, i) =>
        fresh.generate("Hello", i === 0 ? { onProgress, max_tokens: 1 } : { max_tokens: 1 }),
      );
      await Promise.all(calls);
      // Twice loaded, it would come to its end twice.
      assert.equal(progress.filter(({ done, total }) => done === total).length, 1);
      assert.equal(progress.at(-1)?.done, progress.at(-1)?.total);
    });
  });

  it("may share a signal without a warning", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on("warning", onWarning);
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 30 }, () => llm().generate("Hello", { signal, max_tokens: 1 })),
    );
    // Warnings come in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    assert.deepEqual(warnings, []);
  });

  it("are served by several providers side by side", async () => {
    const providers = Array.from({ length: 3 }, () => new HuggingFaceProvider(DEFAULTS));
    const answers = await Promise.all(providers.map((one) => one.generate(STORY_PROMPT)));
    assert.deepEqual(answers, [STORY, STORY, STORY]);
    await Promise.all(providers.map((one) => one.cleanup()));
  });

  it("come in turn: an early one is not overtaken", async () => {
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map(async (i) => {
        await llm().generate(STORY_PROMPT, { max_tokens: 5 - i });
        order.push(i);
      }),
    );
    assert.deepEqual(order, [0, 1, 2, 3, 4]);
  });
});
