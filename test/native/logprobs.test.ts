import assert from "node:assert/strict";
import type { GenerateOptions, TokenLogprob } from "../../src/index.js";
import { assertNear } from "../helpers/near.js";
import { promptTokens } from "../helpers/prompt-tokens.js";
import { useProvider } from "../helpers/provider.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

const VOCABULARY = 1232;
const IM_END = 2;

describe("logprobs", () => {
  const llm = useProvider();

  async function run(options: GenerateOptions): Promise<TokenLogprob[]> {
    const { logprobs, usage } = await llm().generate(STORY_PROMPT, options).result();
    assert.ok(logprobs !== undefined);
    assert.equal(logprobs.length, usage.completion_tokens);
    return logprobs;
  }

  it("are there only if they are asked for", async () => {
    for (const options of [{}, { logprobs: false }]) {
      const { logprobs } = await llm().generate("Hello", options).result();
      assert.equal(logprobs, undefined);
    }
  });

  it("come without alternatives for true and 0", async () => {
    for (const logprobs of [true, 0]) {
      for (const { alternatives } of await run({ logprobs, max_tokens: 4 })) {
        assert.deepEqual(alternatives, []);
      }
    }
  });

  it("are of the tokens that make the text, and of the one that ends it", async () => {
    const logprobs = await run({ logprobs: true });
    assert.equal(logprobs.map(({ text }) => text).join(""), STORY);
    const tokens = logprobs.map(({ token }) => token);
    assert.deepEqual(tokens, [...(await llm().tokenize(STORY)), IM_END]);
    assert.equal(logprobs.at(-1)?.text, "");
  });

  it("have the greedy choice as the first of the alternatives, which are sorted", async () => {
    for (const entry of await run({ logprobs: 5, max_tokens: 20 })) {
      const { alternatives, ...chosen } = entry;
      assert.equal(alternatives.length, 5);
      assert.deepEqual(alternatives[0], chosen);
      const sorted = alternatives.toSorted((a, b) => b.logprob - a.logprob);
      assert.deepEqual(alternatives, sorted);
      assert.equal(new Set(alternatives.map(({ token }) => token)).size, 5);
    }
  });

  it("are those of probabilities, which are 1 at most together", async () => {
    for (const { alternatives } of await run({ logprobs: 100, max_tokens: 8 })) {
      const sum = alternatives.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
      assert.equal(alternatives.length, 100);
      assert.ok(sum > 0.5 && sum <= 1 + 1e-4, String(sum));
      for (const { token } of alternatives) assert.ok(token >= 0 && token < VOCABULARY);
    }
  });

  it("agree with score()", async () => {
    const prompt = await promptTokens(llm(), STORY_PROMPT);
    const generated = await run({ logprobs: true });
    const scored = await llm().score([...prompt, ...generated.map(({ token }) => token)]);
    for (const [i, { logprob, text }] of generated.entries()) {
      assertNear(logprob, scored.logprobs[prompt.length + i] ?? NaN, JSON.stringify(text));
    }
  });

  it("are the model's own, whatever changes the choice", async () => {
    const [greedy] = await run({ logprobs: 1, max_tokens: 1 });
    assert.ok(greedy !== undefined);
    const changed: GenerateOptions[] = [
      { temperature: 5, seed: 3 },
      { logit_bias: { [greedy.token]: false } },
      { grammar: 'root ::= "Zoe"' },
      { repetition_penalty: 1.5 },
      { mirostat: 2, temperature: 1, seed: 3 },
    ];
    for (const options of changed) {
      const [entry] = await run({ ...options, logprobs: 1, max_tokens: 1 });
      const [best] = entry?.alternatives ?? [];
      assert.ok(best !== undefined);
      assert.equal(best.token, greedy.token);
      assertNear(best.logprob, greedy.logprob);
    }
    const [banned] = await run({ logit_bias: { [greedy.token]: false }, logprobs: 2 });
    assert.notEqual(banned?.token, greedy.token);
    assert.equal(banned?.token, banned?.alternatives[1]?.token);
  });

  it("are of each answer", async () => {
    const options = { n: 3, logprobs: 1, temperature: 3, seed: 4, max_tokens: 6 };
    const { choices, logprobs } = await llm().generate(STORY_PROMPT, options).result();
    assert.equal(choices[0]?.logprobs, logprobs);
    for (const choice of choices) {
      const text = choice.logprobs?.map((entry) => entry.text).join("") ?? "";
      assert.ok(text.startsWith(choice.text.replaceAll("\uFFFD", "")) || text.includes("\uFFFD"));
    }
  });
});
