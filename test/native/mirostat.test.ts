import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

describe("mirostat", () => {
  const llm = useProvider();
  const draw = (options: GenerateOptions): PromiseLike<string> =>
    llm().generate(STORY_PROMPT, { temperature: 5, max_tokens: 24, ...options });

  for (const mirostat of [1, 2] as const) {
    describe(`version ${String(mirostat)}`, () => {
      it("gives the same text for the same seed, and others for others", async () => {
        const options = { mirostat, mirostat_tau: 9 };
        assert.equal(await draw({ ...options, seed: 1 }), await draw({ ...options, seed: 1 }));
        assert.notEqual(await draw({ ...options, seed: 1 }), await draw({ ...options, seed: 2 }));
      });

      it("stands in place of the options that cut off", async () => {
        const text = await draw({ mirostat, mirostat_tau: 9, seed: 1 });
        const cut = { top_k: 1, top_p: 0.1, min_p: 1, typical_p: 0.1 };
        assert.equal(await draw({ mirostat, mirostat_tau: 9, seed: 1, ...cut }), text);
      });

      it("surprises less, the less surprise it aims at", async () => {
        const dull = await draw({ mirostat, mirostat_tau: 1e-3, mirostat_eta: 1, seed: 1 });
        const lively = await draw({ mirostat, mirostat_tau: 12, mirostat_eta: 1, seed: 1 });
        const score = async (text: string): Promise<number> => {
          const { logprobs } = await llm().score(text);
          return logprobs.reduce<number>((sum, value) => sum + (value ?? 0), 0) / logprobs.length;
        };
        assert.notEqual(dull, lively);
        assert.ok((await score(dull)) > (await score(lively)));
      });

      it("is greedy at temperature 0", async () => {
        const options = { mirostat, temperature: 0, max_tokens: 2048, seed: 3 };
        assert.equal(await draw(options), STORY);
      });
    });
  }
});
