import assert from "node:assert/strict";
import {
  ContextWindowExceededError,
  HuggingFaceProvider,
  InvalidParameterError,
  type GenerateOptions,
  type GenerateResult,
  type Generation,
  type Progress,
} from "../../src/index.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { assertNear } from "../helpers/near.js";
import { collect } from "../helpers/pieces.js";
import { DEFAULTS, useProvider, withProvider } from "../helpers/provider.js";
import { REFERENCE, STORY, STORY_PROMPT, type ReferenceEntry } from "../helpers/reference.js";
import { rejection } from "../helpers/rejection.js";

describe("many calls at once", () => {
  const llm = useProvider();

  async function assertAllAnswered(
    provider: HuggingFaceProvider,
    entries: readonly ReferenceEntry[],
  ): Promise<void> {
    const answers = await Promise.all(entries.map(({ messages }) => provider.generate(messages)));
    assert.deepEqual(
      answers,
      entries.map(({ output }) => output),
    );
  }

  it("are all answered as alone", async () => {
    await assertAllAnswered(llm(), [...REFERENCE, ...REFERENCE]);
  });

  it("are all answered as alone on several threads", async () => {
    // Threads that wait for each other are slow on a busy machine: only short answers.
    const short = REFERENCE.filter(({ output }) => output.length < 40);
    assert.ok(short.length > 3);
    await withProvider((fresh) => assertAllAnswered(fresh, short), { threads: 2 });
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
      assert.deepEqual(score.tokens, alone.score.tokens);
      for (const [i, logprob] of score.logprobs.entries()) {
        // Of a text that the model would not write: less exact than what it generates.
        assertNear(logprob ?? 0, alone.score.logprobs[i] ?? 0, "", 0.01);
      }
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

  it("with options of their own are answered as alone", async () => {
    const calls: [string, GenerateOptions][] = [
      [STORY_PROMPT, {}],
      [STORY_PROMPT, { stop: "map" }],
      [STORY_PROMPT, { grammar: 'root ::= "yes" | "no"' }],
      [STORY_PROMPT, { max_tokens: 7 }],
      ["Hello", { system_prompt: "You are a fox." }],
      ["Hello", { grammar: 'root ::= ("la " | "lo ")+', max_tokens: 30 }],
      ["Hello", { repetition_penalty: 1.5, max_tokens: 20 }],
      ["Who are you?", { apply_chat_template: false, max_tokens: 20 }],
    ];
    const run = ([prompt, options]: [string, GenerateOptions]) =>
      llm().generate(prompt, options).result();
    const outcome = ({ text, finish_reason, stop_sequence, usage }: GenerateResult) => {
      const { prompt_tokens, completion_tokens } = usage;
      return { text, finish_reason, stop_sequence, prompt_tokens, completion_tokens };
    };
    const alone: unknown[] = [];
    for (const call of calls) {
      alone.push(
        await withProvider(async (fresh) => outcome(await fresh.generate(...call).result())),
      );
    }
    for (let round = 0; round < 3; ++round) {
      const together = await Promise.all(calls.map(run));
      assert.deepEqual(together.map(outcome), alone);
    }
  });

  it("are not disturbed by those that are stopped", async () => {
    const stopped: Generation[] = [];
    const answers = REFERENCE.map(async ({ messages, output }, i) => {
      const run = llm().generate(messages);
      stopped.push(generateEndlessly(llm(), { seed: i }));
      await firstPiece(run);
      stopped[i]?.abort();
      assert.equal(await run, output);
    });
    await Promise.all(answers);
    for (const run of stopped) await rejection(run);
  });

  it("fail alone", async () => {
    const [long, bad, good] = await Promise.allSettled([
      llm().generate("fox ".repeat(3000)),
      llm().generate("Hello", { grammar: "root ::= (" }),
      llm().generate(STORY_PROMPT),
    ]);
    assert.ok(long.status === "rejected" && long.reason instanceof ContextWindowExceededError);
    assert.ok(bad.status === "rejected" && bad.reason instanceof InvalidParameterError);
    assert.ok(good.status === "fulfilled" && good.value === STORY);
  });
});

describe("conversations that do not fit the cache together", () => {
  it("are all answered as alone, in the end", async () => {
    const entries = Array.from({ length: 30 }, (_, i) => REFERENCE[i % REFERENCE.length]);
    await withProvider(
      async (llm) => {
        const results = await Promise.all(
          entries.map((entry) => llm.generate(entry?.messages ?? []).result()),
        );
        const needed = results.reduce((sum, { usage }) => sum + usage.total_tokens, 0);
        const { cells_total, cells_used } = await llm.getResourceUsage();
        assert.ok(needed > 5 * cells_total && cells_used <= cells_total);
        assert.deepEqual(
          results.map(({ text }) => text),
          entries.map((entry) => entry?.output),
        );
      },
      { context_window: 200 },
    );
  });

  it("stream each token once, though they have to give up their cells", async () => {
    await withProvider(
      async (llm) => {
        const pieces = await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            collect(llm.generate(`Tell me ${String(i)} stories.`, { max_tokens: 60 })),
          ),
        );
        for (const [i, streamed] of pieces.entries()) {
          const prompt = `Tell me ${String(i)} stories.`;
          assert.equal(streamed.join(""), await llm.generate(prompt, { max_tokens: 60 }));
        }
      },
      { context_window: 100 },
    );
  });
});
