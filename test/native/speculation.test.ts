import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AbstractLLMError,
  HuggingFaceProvider,
  ModelNotFoundError,
  UnsupportedFeatureError,
  type GenerateOptions,
  type TokenUsage,
} from "../../src/index.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { ENDLESS_GRAMMAR } from "../helpers/endless.js";
import { useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { assertAnswers, REFERENCE, STORY, STORY_PROMPT } from "../helpers/reference.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";

function assertCounts({ drafted_tokens, accepted_tokens, completion_tokens }: TokenUsage): void {
  assert.ok(accepted_tokens >= 0 && accepted_tokens <= drafted_tokens);
  assert.ok(accepted_tokens < completion_tokens);
}

describe("prompt_lookup_num_tokens", () => {
  const llm = useProvider();
  const lookup = { prompt_lookup_num_tokens: 8 };

  it("guesses what repeats, and changes no text", async () => {
    const options = { grammar: ENDLESS_GRAMMAR, max_tokens: 120 };
    const plain = await llm().generate("Hello", options).result();
    assert.deepEqual([plain.usage.drafted_tokens, plain.usage.accepted_tokens], [0, 0]);
    const guessed = await llm()
      .generate("Hello", { ...options, ...lookup })
      .result();
    assert.equal(guessed.text, plain.text);
    assert.equal(guessed.usage.completion_tokens, plain.usage.completion_tokens);
    assert.ok(guessed.usage.accepted_tokens > 0, JSON.stringify(guessed.usage));
    assertCounts(guessed.usage);
  });

  it("leaves every answer as it is, beside others too", async () => {
    const results = await Promise.all(
      REFERENCE.map(({ messages }) => llm().generate(messages, lookup).result()),
    );
    for (const [i, { text, usage }] of results.entries()) {
      assert.equal(text, REFERENCE[i]?.output);
      assertCounts(usage);
    }
  });

  it("ends where the text ends without it", async () => {
    const ends: GenerateOptions[] = [
      { max_tokens: 1 },
      { max_tokens: 30 },
      { stop: "map" },
      { grammar: 'root ::= ("la " | "lo "){3,9}' },
      { logprobs: 2 },
      { n: 3 },
    ];
    for (const options of ends) {
      const plain = await llm().generate(STORY_PROMPT, options).result();
      const guessed = await llm()
        .generate(STORY_PROMPT, { ...options, ...lookup })
        .result();
      assert.deepEqual(
        guessed.choices.map(({ text, finish_reason, stop_sequence }) => [
          text,
          finish_reason,
          stop_sequence,
        ]),
        plain.choices.map(({ text, finish_reason, stop_sequence }) => [
          text,
          finish_reason,
          stop_sequence,
        ]),
      );
      assert.equal(guessed.usage.completion_tokens, plain.usage.completion_tokens);
      assert.deepEqual(
        guessed.logprobs?.map(({ token }) => token),
        plain.logprobs?.map(({ token }) => token),
      );
    }
  });
});

describe("draft_model", () => {
  const folder = useTempFolder();
  const gguf = useEmbeddedGguf();

  it("is refused for a model whose memory cannot go back", async () => {
    await withProvider(
      async (llm) => {
        const error = await rejectionOf(UnsupportedFeatureError, llm.preload());
        assert.match(error.message, /takes no draft_model/);
      },
      { model: checkpointPath("lfm2"), draft_model: gguf() },
    );
  });

  it("guesses with a model of the same vocabulary, and changes no text", async () => {
    await withProvider(
      async (llm) => {
        const { text, usage } = await llm.generate(STORY_PROMPT).result();
        assert.equal(text, STORY);
        assertCounts(usage);
        await assertAnswers(llm);
      },
      { draft_model: gguf() },
    );
  });

  it("that is missing or no model is an error that names it", async () => {
    const missing = new HuggingFaceProvider({ draft_model: join(folder(), "none.gguf") });
    const error = await rejectionOf(ModelNotFoundError, missing.generate("Hello"));
    assert.match(error.message, /none\.gguf/);
    await missing.cleanup();
    const file = join(folder(), "text.gguf");
    await writeFile(file, "This is a text.");
    const bad = new HuggingFaceProvider({ draft_model: file });
    const reason = await rejection(bad.generate("Hello"));
    assert.ok(AbstractLLMError.isInstance(reason) && reason.message.includes("text.gguf"));
    await bad.cleanup();
  });
});
