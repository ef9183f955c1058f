import assert from "node:assert/strict";
import type { GenerateOptions, GenerateResult, MessageInput } from "../../src/index.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { REFERENCE, STORY, STORY_PROMPT } from "../helpers/reference.js";
import { rejection } from "../helpers/rejection.js";

/** Prefixes that end within so many tokens are computed again rather than waited for. */
const WORTH_WAITING = 16;

describe("the reuse of prompts", () => {
  const llm = useProvider({ kv_cache_tokens: 4096 });
  const run = (prompt: string | MessageInput[], options?: GenerateOptions) =>
    llm().generate(prompt, options).result();

  function commonPrefix(a: Int32Array, b: Int32Array): number {
    const end = a.findIndex((token, i) => token !== b[i]);
    return end === -1 ? a.length : end;
  }

  it("computes nothing of a prompt that was there before but its last token", async () => {
    const first = await run("Who is Mia?");
    const second = await run("Who is Mia?");
    assert.equal(second.usage.cached_tokens, first.usage.prompt_tokens - 1);
    assert.equal(second.text, first.text);
    assert.equal(second.usage.prompt_tokens, first.usage.prompt_tokens);
  });

  it("computes nothing of a conversation but its new turn", async () => {
    const messages: MessageInput[] = [];
    let before = 0;
    for (const content of ["Tell me a story.", "Who are you?", "Hello", "Is the sky blue?"]) {
      messages.push({ role: "user", content });
      const { text, usage, finish_reason } = await run(messages);
      assert.equal(finish_reason, "stop");
      // The token that ended an answer is not computed: nothing came after it.
      assert.ok(usage.cached_tokens >= before - 1, JSON.stringify({ usage, before }));
      messages.push({ role: "assistant", content: text });
      before = usage.total_tokens;
    }
  });

  it("does not change the text", async () => {
    for (const { messages, output } of REFERENCE) {
      const runs = [await run([...messages]), await run([...messages])];
      assert.deepEqual(
        runs.map(({ text }) => text),
        [output, output],
      );
      assert.ok((runs[1]?.usage.cached_tokens ?? 0) > 0);
    }
  });

  it("computes once what calls at the same time have in common", async () => {
    const beginning = "Nora found a purple map near the river. ".repeat(30);
    const prompts = ["Who?", "Where is it?", "What did Leo say?", "Who?"].map(
      (question) => beginning + question,
    );
    const options = { apply_chat_template: false, max_tokens: 3 };
    const results = await Promise.all(prompts.map((prompt) => run(prompt, options)));
    const tokens = await Promise.all(prompts.map((prompt) => llm().tokenize(prompt)));
    const [leader] = tokens;
    assert.ok(leader !== undefined && leader.length > 200);
    assert.equal(results[0]?.usage.cached_tokens, 0);
    for (const [i, { usage }] of results.entries()) {
      if (i === 0) continue;
      const common = commonPrefix(tokens[i] ?? new Int32Array(), leader);
      assert.ok(usage.cached_tokens <= common);
      assert.ok(usage.cached_tokens > common - WORTH_WAITING, JSON.stringify({ usage, common }));
    }
  });

  it("continues what a call has computed that was stopped", async () => {
    const stopped = generateEndlessly(llm(), { system_prompt: "Sing." });
    await firstPiece(stopped);
    stopped.abort();
    await rejection(stopped);
    const { usage } = await run("Hello", { system_prompt: "Sing.", max_tokens: 1 });
    assert.equal(usage.cached_tokens, usage.prompt_tokens - 1);
  });

  it("is the same for samplers, grammars and stop strings of any kind", async () => {
    const kinds: GenerateOptions[] = [
      { temperature: 1, seed: 5 },
      { grammar: 'root ::= "yes" | "no"' },
      { stop: "river" },
      { repetition_penalty: 1.3, dry_multiplier: 0.8 },
    ];
    for (const options of kinds) {
      const cold = await withProvider((fresh) => fresh.generate(STORY_PROMPT, options));
      assert.equal(await run(STORY_PROMPT, options).then(({ text }) => text), cold);
      assert.equal(await run(STORY_PROMPT, options).then(({ text }) => text), cold);
    }
  });

  it("does not serve scoring, which wants every token computed", async () => {
    const text = "Nora lived near the river.";
    const first = await llm().score(text);
    await run(text, { apply_chat_template: false, max_tokens: 1 });
    assert.deepEqual(await llm().score(text), first);
  });
});

describe("the cells of the KV cache", () => {
  const cells = (result: GenerateResult): number => result.usage.total_tokens - 1;

  it("keep what was computed, once, for calls that continue it", async () => {
    await withProvider(async (llm) => {
      const used = async () => (await llm.getResourceUsage()).cells_used;
      assert.equal(await used(), 0);
      // The newest token is never computed: nothing has come after it.
      const cut = await llm.generate(STORY_PROMPT, { max_tokens: 9 }).result();
      assert.equal(await used(), cells(cut));
      const story = await llm.generate(STORY_PROMPT).result();
      assert.equal(story.text, STORY);
      assert.equal(await used(), cells(story));
      await llm.generate(STORY_PROMPT, { n: 4 });
      assert.equal(await used(), cells(story));
    });
  });

  it("are given back by scoring", async () => {
    await withProvider(async (llm) => {
      await llm.score("Nora lived near the river.");
      assert.equal((await llm.getResourceUsage()).cells_used, 0);
    });
  });

  it("are never more than there are, whatever is asked", async () => {
    await withProvider(
      async (llm) => {
        for (let i = 0; i < 30; ++i) {
          await llm.generate(`${String(i)} little foxes`, { max_tokens: 8, temperature: 2 });
          const { cells_used, cells_total, queue_depth } = await llm.getResourceUsage();
          assert.ok(cells_used <= cells_total && cells_total === 128);
          assert.equal(queue_depth, 0);
        }
      },
      { context_window: 128 },
    );
  });
});
