import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { generateEndlessly } from "../helpers/endless.js";
import { collect } from "../helpers/pieces.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { answerTo, assertAnswers, STORY, STORY_PROMPT } from "../helpers/reference.js";
import { rejection } from "../helpers/rejection.js";

// Much may be drawn, and nearly evenly. Among few tokens only: beside other calls the
// probabilities differ in their last digits, which must not move a draw to a neighbour.
const WILD = { temperature: 5, top_k: 8, top_p: 1, min_p: 0, max_tokens: 12 } as const;

describe("n", () => {
  const llm = useProvider();
  const run = (options: GenerateOptions) => llm().generate(STORY_PROMPT, options).result();

  it("gives so many answers, of which the first is the text", async () => {
    const result = await run({ ...WILD, n: 4, seed: 100 });
    assert.deepEqual(
      result.choices.map(({ seed }) => seed),
      [100, 101, 102, 103],
    );
    assert.equal(new Set(result.choices.map(({ text }) => text)).size, 4);
    const { text, finish_reason, stop_sequence, seed, logprobs } = result;
    assert.deepEqual(result.choices[0], { text, finish_reason, stop_sequence, seed, logprobs });
  });

  it("gives each answer that its seed gives alone", async () => {
    const { choices } = await run({ ...WILD, n: 3, seed: 2 ** 32 - 2 });
    assert.deepEqual(
      choices.map(({ seed }) => seed),
      [2 ** 32 - 2, 2 ** 32 - 1, 0],
    );
    for (const { seed, text } of choices) assert.equal((await run({ ...WILD, seed })).text, text);
  });

  it("is one answer by default", async () => {
    const { choices, text } = await run({});
    assert.deepEqual(
      choices.map((choice) => choice.text),
      [text],
    );
  });

  it("gives the same answer again and again when it is greedy", async () => {
    const { choices, usage } = await run({ n: 3 });
    assert.deepEqual(
      choices.map(({ text }) => text),
      [STORY, STORY, STORY],
    );
    assert.equal(usage.completion_tokens % 3, 0);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  it("shares the work on the prompt", async () => {
    await withProvider(async (fresh) => {
      const prompt = "Nora found a purple map. ".repeat(20);
      const { usage } = await fresh.generate(prompt, { n: 8, max_tokens: 1 }).result();
      assert.equal(usage.cached_tokens, 0);
      // With one token each, the prompt is all that was computed.
      assert.equal((await fresh.getResourceUsage()).cells_used, usage.prompt_tokens);
    });
  });

  it("streams the first answer", async () => {
    const streaming = llm().generate(STORY_PROMPT, { ...WILD, n: 3, seed: 9 });
    const pieces = await collect(streaming);
    const { choices } = await streaming.result();
    assert.equal(pieces.join(""), choices[0]?.text);
    assert.equal(await streaming, choices[0]?.text);
  });

  it("lets each answer end in its own way", async () => {
    const { choices } = await run({ ...WILD, n: 12, stop: "Once", max_tokens: 2, seed: 1 });
    const [stopped, others] = [true, false].map((isStopped) =>
      choices.filter(({ stop_sequence }) => (stop_sequence !== undefined) === isStopped),
    );
    assert.ok(stopped?.length && others?.length);
    for (const { finish_reason } of stopped) assert.equal(finish_reason, "stop");
    for (const { finish_reason } of others) assert.equal(finish_reason, "length");
    for (const { text } of choices) assert.equal(text.includes("Once"), false);
  });

  it("may be more than run at once, and than fit the cache at once", async () => {
    await withProvider(
      async (small) => {
        const question = "What is the capital of France?";
        const { choices } = await small.generate(question, { n: 64 }).result();
        assert.equal(choices.length, 64);
        for (const { text } of choices) assert.equal(text, answerTo(question));
      },
      { context_window: 128 },
    );
  });

  it("is stopped as a whole", async () => {
    const endless = generateEndlessly(llm(), { n: 5 });
    await endless[Symbol.asyncIterator]().next();
    endless.abort();
    await rejection(endless);
    await assertAnswers(llm());
    const { queue_depth, active } = await llm().getResourceUsage();
    assert.deepEqual({ queue_depth, active }, { queue_depth: 0, active: 0 });
  });
});
