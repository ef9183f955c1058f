import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";

// So hot that whatever an option leaves is drawn nearly evenly.
const HOT = { temperature: 100, top_k: 0, top_p: 1, min_p: 0, max_tokens: 1 } as const;
const DRAWS = 24;

describe("options that cut off unlikely tokens", () => {
  const llm = useProvider();

  const greedy = (): PromiseLike<string> => llm().generate("Hello", { max_tokens: 8 });
  const hot = (seed: number, options: GenerateOptions): PromiseLike<string> =>
    llm().generate("Hello", { ...HOT, seed, ...options });

  /** The different texts among a number of draws. */
  async function draws(options: GenerateOptions): Promise<Set<string>> {
    const seeds = Array.from({ length: DRAWS }, (_, seed) => seed);
    return new Set(await Promise.all(seeds.map((seed) => hot(seed, options))));
  }

  it("draws from everything when all are off", async () => {
    assert.ok((await draws({})).size > DRAWS / 2);
  });

  it("top_k keeps no more than k tokens", async () => {
    assert.equal((await draws({ top_k: 2 })).size, 2);
    const five = (await draws({ top_k: 5 })).size;
    assert.ok(five > 2 && five <= 5, `${String(five)} tokens`);
  });

  it("top_k may be as large as the vocabulary, and larger", async () => {
    for (const top_k of [1231, 1232, 1233, 2 ** 31 - 1]) {
      assert.ok((await draws({ top_k })).size > DRAWS / 2);
    }
  });

  for (const [name, options] of Object.entries({
    "top_k: 1": { top_k: 1 },
    "top_p near 0": { top_p: 1e-6 },
    "min_p: 1": { min_p: 1 },
  })) {
    it(`${name} is greedy at any temperature`, async () => {
      assert.equal(await hot(1, { ...options, max_tokens: 8 }), await greedy());
      assert.equal(await hot(2, { ...options, max_tokens: 8 }), await greedy());
    });
  }

  it("top_p keeps more tokens the higher it is", async () => {
    const [few, many] = [await draws({ top_p: 0.9 }), await draws({ top_p: 0.999999 })];
    assert.ok(few.size < many.size, `${String(few.size)} and ${String(many.size)} tokens`);
  });

  it("min_p keeps fewer tokens the higher it is", async () => {
    const [many, few] = [await draws({ min_p: 1e-7 }), await draws({ min_p: 0.5 })];
    assert.ok(few.size < many.size, `${String(few.size)} and ${String(many.size)} tokens`);
  });

  it("typical_p near 0 keeps one token", async () => {
    assert.equal((await draws({ typical_p: 1e-6 })).size, 1);
  });

  it("typical_p keeps more tokens the higher it is", async () => {
    const [few, many] = [await draws({ typical_p: 0.5 }), await draws({ typical_p: 0.9999999 })];
    assert.ok(few.size < many.size, `${String(few.size)} and ${String(many.size)} tokens`);
  });

  it("xtc removes all likely tokens but the least likely of them", async () => {
    // Of two tokens the likelier always goes, so nothing is left to chance.
    const xtc = { top_k: 2, xtc_probability: 1, xtc_threshold: 0 };
    const [second, ...others] = await draws(xtc);
    assert.ok(second !== undefined && others.length === 0);
    assert.ok((await draws({ top_k: 2 })).has(second));
    assert.notEqual(second, await hot(1, { top_k: 1 }));
  });

  it("xtc happens as often as its probability says", async () => {
    const likeliest = await hot(1, { top_k: 1 });
    const removed = async (xtc_probability: number): Promise<number> => {
      const seeds = Array.from({ length: DRAWS }, (_, seed) => seed);
      const options = { top_k: 2, min_p: 0, xtc_probability, xtc_threshold: 0, temperature: 1e-3 };
      const texts = await Promise.all(seeds.map((seed) => hot(seed, options)));
      return texts.filter((text) => text !== likeliest).length;
    };
    assert.equal(await removed(0), 0);
    assert.equal(await removed(1), DRAWS);
    const half = await removed(0.5);
    assert.ok(half > 0 && half < DRAWS, `${String(half)} of ${String(DRAWS)}`);
  });

  it("xtc leaves alone what is below its threshold", async () => {
    // No two tokens can both have more than half of the probability.
    const xtc = { xtc_probability: 1, xtc_threshold: 0.6, max_tokens: 8 };
    assert.equal(await hot(5, xtc), await hot(5, { max_tokens: 8 }));
  });
});
