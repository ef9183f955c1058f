import assert from "node:assert/strict";
import { VISION_CHECKPOINTS } from "../helpers/vision-checkpoints.js";
import { withProvider } from "../helpers/provider.js";

const TOLERANCE = 2e-3;

describe("the language part of a checkpoint that sees", () => {
  for (const { name, path, reference } of VISION_CHECKPOINTS) {
    it(`agrees with transformers: ${name}`, async () => {
      const { text, input_ids, logprobs } = reference.without;
      await withProvider(
        async (llm) => {
          assert.deepEqual(Array.from(await llm.tokenize(text)), input_ids);
          const scored = await llm.score(text);
          for (const [index, logprob] of logprobs.entries()) {
            const found = scored.logprobs[index + 1] ?? NaN;
            assert.ok(Math.abs(found - logprob) < TOLERANCE, `token ${String(index + 1)}`);
          }
        },
        { model: path, torch_dtype: "float32", apply_chat_template: false },
      );
    });
  }
});
