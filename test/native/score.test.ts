import assert from "node:assert/strict";
import {
  ContextWindowExceededError,
  InvalidParameterError,
  InvalidRequestError,
} from "../../src/index.js";
import { promptTokens } from "../helpers/prompt-tokens.js";
import { useProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";
import { answerTo } from "../helpers/reference.js";

const IM_END = 2;

describe("score", () => {
  const llm = useProvider();
  const ids = async (text: string): Promise<number[]> => Array.from(await llm().tokenize(text));

  const ask = (question: string): Promise<number[]> => promptTokens(llm(), question);

  /** The log-probability of the tokens behind a prompt, together. */
  async function scoreBehind(prompt: readonly number[], tokens: readonly number[]) {
    const { logprobs } = await llm().score([...prompt, ...tokens]);
    return logprobs.slice(prompt.length).reduce<number>((sum, value) => sum + (value ?? NaN), 0);
  }

  it("gives each token but the first a log-probability", async () => {
    const text = "Once upon a time there was a little frog.";
    const { tokens, logprobs } = await llm().score(text);
    assert.deepEqual(tokens, await ids(text));
    assert.equal(logprobs.length, tokens.length);
    assert.equal(logprobs[0], null);
    for (const value of logprobs.slice(1)) {
      assert.ok(value !== null && Number.isFinite(value) && value <= 0, String(value));
    }
  });

  it("is the same for a text and for its tokens, in any form of list", async () => {
    const text = "Nora lived near the river.";
    const tokens = await ids(text);
    const expected = await llm().score(text);
    assert.deepEqual(await llm().score(tokens), expected);
    assert.deepEqual(await llm().score(Int32Array.from(tokens)), expected);
    assert.deepEqual(await llm().score(tokens.values()), expected);
  });

  it("echoes token ids as they are, special ones included", async () => {
    const tokens = await ask("Hello");
    assert.deepEqual((await llm().score(tokens)).tokens, tokens);
  });

  it("finds what the model writes likelier than the same tokens in disorder", async () => {
    for (const question of ["Who are you?", "Tell me a story."]) {
      const prompt = await ask(question);
      const answer = [...(await ids(answerTo(question))), IM_END];
      const greedy = await scoreBehind(prompt, answer);
      const shuffled = await scoreBehind(prompt, answer.toReversed());
      assert.ok(greedy > shuffled + 1, `${String(greedy)} and ${String(shuffled)}`);
    }
  });

  it("finds no token likelier than the greedy one, and probabilities no larger than 1", async () => {
    const question = "What is the capital of France?";
    const prompt = await ask(question);
    const [greedy = -1] = await ids(answerTo(question));
    const best = await scoreBehind(prompt, [greedy]);
    let sum = Math.exp(best);
    assert.ok(sum > 0.5, String(sum));
    for (let token = 0; token < 1232; token += 41) {
      if (token === greedy) continue;
      const other = await scoreBehind(prompt, [token]);
      assert.ok(other < best);
      sum += Math.exp(other);
    }
    assert.ok(sum <= 1 + 1e-4, String(sum));
  });

  it("is the same in the middle of a long text as at its end", async () => {
    // 512 tokens go through the engine at once: look at both sides of that edge.
    const tokens = (await ids("Nora found a purple map near the river. ".repeat(99))).slice(
      0,
      1000,
    );
    const { logprobs } = await llm().score(tokens);
    for (const length of [2, 500, 511, 512, 513, 514, 600]) {
      const short = (await llm().score(tokens.slice(0, length))).logprobs.at(-1);
      const difference = Math.abs((short ?? NaN) - (logprobs[length - 1] ?? NaN));
      assert.ok(difference < 0.05, `${String(length)} tokens: ${String(difference)}`);
    }
  });

  it("of a single token is null", async () => {
    assert.deepEqual(await llm().score([5]), { tokens: [5], logprobs: [null] });
  });

  it("fills the context window, and no more", async () => {
    const full = Array.from({ length: 1024 }, (_, i) => 300 + (i % 7));
    assert.equal((await llm().score(full)).logprobs.length, 1024);
    const error = await rejectionOf(ContextWindowExceededError, llm().score([...full, 300]));
    assert.equal(error.details.prompt_tokens, 1025);
    assert.equal(error.details.context_window, 1024);
  });

  it("rejects what it cannot score", async () => {
    for (const tokens of [[1232], [0, 1, -1], [2 ** 31], [0.5], [NaN], []]) {
      const error = await rejectionOf(InvalidParameterError, llm().score(tokens));
      assert.equal(error.details.parameter, "tokens");
    }
    await rejectionOf(InvalidRequestError, llm().score(""));
    await rejectionOf(InvalidParameterError, llm().score(7 as never));
    await rejectionOf(InvalidParameterError, llm().score(["a"] as never));
    await rejectionOf(InvalidParameterError, llm().score(null as never));
  });
});
