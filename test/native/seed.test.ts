import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

// Much may be drawn, and nearly evenly. Among few tokens only: beside other calls the
// probabilities differ in their last digits, which must not move a draw to a neighbour.
const WILD = { temperature: 5, top_k: 8, top_p: 1, min_p: 0, max_tokens: 12 } as const;

describe("seed", () => {
  const llm = useProvider();
  const draw = (seed: number, options: GenerateOptions = {}): PromiseLike<string> =>
    llm().generate(STORY_PROMPT, { ...WILD, seed, ...options });

  it("gives the same text again", async () => {
    assert.equal(await draw(7), await draw(7));
    assert.equal(await draw(2 ** 32 - 1), await draw(2 ** 32 - 1));
    assert.equal(await draw(0), await draw(0));
  });

  it("gives the same text in another provider, and beside other calls", async () => {
    const alone = await draw(11);
    const together = await Promise.all([draw(1), draw(11), draw(2), draw(11)]);
    assert.equal(together[1], alone);
    assert.equal(together[3], alone);
  });

  it("gives different texts when it differs", async () => {
    const texts = new Set(await Promise.all([1, 2, 3, 4].map((seed) => draw(seed))));
    assert.equal(texts.size, 4);
  });

  it("is fresh for each call that names none, and reported", async () => {
    const first = await llm().generate(STORY_PROMPT, WILD).result();
    const second = await llm().generate(STORY_PROMPT, WILD).result();
    assert.notEqual(first.seed, second.seed);
    assert.equal(await draw(first.seed), first.text);
    assert.equal(await draw(second.seed), second.text);
  });

  it("is reported as it was given", async () => {
    const { seed } = await llm().generate(STORY_PROMPT, { max_tokens: 1, seed: 42 }).result();
    assert.equal(seed, 42);
  });

  it("does not matter at temperature 0", async () => {
    const greedy = { temperature: 0, max_tokens: 2048 };
    assert.equal(await draw(1, greedy), STORY);
    assert.equal(await draw(2, greedy), STORY);
  });
});
