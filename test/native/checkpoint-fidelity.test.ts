import assert from "node:assert/strict";
import { CHECKPOINTS, type CheckpointReference } from "../helpers/checkpoints.js";
import { withProvider } from "../helpers/provider.js";
import type { HuggingFaceProvider } from "../../src/index.js";

// In float32, as the references are.
const OPTIONS = { torch_dtype: "float32", apply_chat_template: false } as const;
const TOLERANCE = 2e-3;

const ofKind = (...kinds: CheckpointReference["kind"][]): CheckpointReference[] =>
  CHECKPOINTS.filter(({ kind }) => kinds.includes(kind));

describe("a Hugging Face checkpoint", () => {
  for (const reference of ofKind("causal")) {
    it(`agrees with transformers: ${reference.name}`, async () => {
      await withProvider(
        async (llm) => {
          assert.deepEqual(Array.from(await llm.tokenize(reference.text)), reference.input_ids);
          await assertLogprobs(llm, reference);
          await assertGreedy(llm, reference);
        },
        { model: reference.path, ...OPTIONS },
      );
    });
  }

  // What they compute is the matter of embed() and classify().
  for (const { name, path, text, input_ids } of ofKind("encoder", "classifier")) {
    if (name === "distilbert-cls") continue;
    it(`loads and tokenises as transformers does: ${name}`, async () => {
      await withProvider(
        async (llm) => {
          assert.deepEqual(Array.from(await llm.tokenize(text)), input_ids);
        },
        { model: path, ...OPTIONS },
      );
    });
  }
});

async function assertLogprobs(
  llm: HuggingFaceProvider,
  { input_ids, logprobs: expected }: CheckpointReference,
): Promise<void> {
  const { logprobs } = await llm.score(input_ids);
  for (const [index, value] of logprobs.slice(1).entries()) {
    const difference = Math.abs((value ?? NaN) - (expected[index] ?? NaN));
    assert.ok(difference <= TOLERANCE, `token ${String(index + 1)}: off by ${String(difference)}`);
  }
}

/** The text of the reference's tokens, as far as no stop token ends it. */
async function assertGreedy(
  llm: HuggingFaceProvider,
  { text, greedy }: CheckpointReference,
): Promise<void> {
  const run = llm.generate(text, { max_tokens: greedy.length });
  const [{ usage }, written] = [await run.result(), await run];
  const count = usage.completion_tokens;
  assert.equal(written, await llm.detokenize(greedy.slice(0, count)));
  assert.ok(count > 0);
}
