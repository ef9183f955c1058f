import assert from "node:assert/strict";
import {
  checkpoint,
  CHECKPOINTS,
  withChangedCheckpoint,
  type CheckpointReference,
} from "../helpers/checkpoints.js";
import { withProvider } from "../helpers/provider.js";
import type { HuggingFaceProvider } from "../../src/index.js";

// In float32, as the references are.
const OPTIONS = { torch_dtype: "float32", apply_chat_template: false } as const;
const TOLERANCE = 2e-3;
const LEAST_COSINE = 0.9999;
// Segments of a pair differ by 6e-3 in the tiny model.
const LOGIT_TOLERANCE = 1e-3;

const ofKind = (...kinds: CheckpointReference["kind"][]): CheckpointReference[] =>
  CHECKPOINTS.filter(({ kind }) => kinds.includes(kind));

describe("a Hugging Face checkpoint", () => {
  for (const reference of ofKind("causal")) {
    it(`agrees with transformers: ${reference.name}`, async () => {
      await withProvider(
        async (llm) => {
          await assertTokens(llm, reference);
          await assertLogprobs(llm, reference);
          await assertGreedy(llm, reference);
        },
        { model: reference.path, ...OPTIONS },
      );
    });
  }

  for (const reference of ofKind("encoder")) {
    it(`has the vector that transformers has: ${reference.name}`, async () => {
      await withProvider(
        async (llm) => {
          await assertTokens(llm, reference);
          const vector = await llm.embed(reference.text, { pooling: "mean" });
          assert.ok(cosine(vector, reference.embedding) >= LEAST_COSINE);
          // Many texts together are computed in another way.
          const texts = Array.from({ length: 4 }, () => reference.text);
          const [, among] = await llm.embed(texts, { pooling: "mean" });
          assert.ok(cosine(among ?? [], reference.embedding) >= LEAST_COSINE);
        },
        { model: reference.path, ...OPTIONS },
      );
    });
  }

  for (const reference of ofKind("classifier")) {
    it(`has the logits that transformers has: ${reference.name}`, async () => {
      await withProvider(
        async (llm) => {
          await assertTokens(llm, reference);
          await assertLabels(llm, reference);
          if (reference.pair !== undefined) await assertPair(llm, reference.pair);
        },
        { model: reference.path, ...OPTIONS },
      );
    });
  }

  it("gives the second text of a pair its token type, where the tokenizer does", async () => {
    const { path, pair } = checkpoint("bert-rerank");
    assert.ok(pair !== undefined);
    const files = {
      "tokenizer_config.json": { model_input_names: ["input_ids", "token_type_ids"] },
    };
    await withChangedCheckpoint(path, files, async (model) => {
      await withProvider(
        async (llm) => {
          await assertPair(llm, { ...pair, score: pair.score_by_segment });
        },
        { model, ...OPTIONS },
      );
    });
  });

  for (const reference of ofKind("seq2seq")) {
    it(`writes what transformers writes: ${reference.name}`, async () => {
      await withProvider(
        async (llm) => {
          await assertTokens(llm, reference);
          await assertGreedy(llm, reference);
        },
        { model: reference.path, ...OPTIONS },
      );
    });
  }
});

async function assertTokens(
  llm: HuggingFaceProvider,
  { text, input_ids }: CheckpointReference,
): Promise<void> {
  assert.deepEqual(Array.from(await llm.tokenize(text)), input_ids);
}

function cosine(a: ArrayLike<number>, b: readonly number[]): number {
  assert.equal(a.length, b.length);
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, index) => sum + value * (y[index] ?? NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** Each label's logit, and its share of all. */
async function assertLabels(
  llm: HuggingFaceProvider,
  { text, scores }: CheckpointReference,
): Promise<void> {
  const byName = async (multi_label: boolean): Promise<Map<string, number>> => {
    const labels = await llm.classify(text, { multi_label });
    return new Map(labels.map(({ label, score }) => [label, score]));
  };
  const [independent, exclusive] = [await byName(true), await byName(false)];
  const sum = scores.reduce((total, logit) => total + Math.exp(logit), 0);
  for (const [index, logit] of scores.entries()) {
    const label = `LABEL_${String(index)}`;
    assertNear(toLogit(independent.get(label)), logit, label);
    const share = scores.length === 1 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / sum;
    assertNear(exclusive.get(label), share, label);
  }
}

async function assertPair(
  llm: HuggingFaceProvider,
  { query, document, score }: { query: string; document: string; score: number },
): Promise<void> {
  const ranking = await llm.rerank(query, ["the sea", document, "A much longer document."]);
  assertNear(toLogit(ranking.find(({ index }) => index === 1)?.score), score, "pair");
}

/** From a probability back to what the model computed. */
function toLogit(probability = NaN): number {
  return Math.log(probability / (1 - probability));
}

function assertNear(actual = NaN, expected: number, what: string): void {
  const difference = Math.abs(actual - expected);
  assert.ok(difference <= LOGIT_TOLERANCE, `${what}: off by ${String(difference)}`);
}

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

/** The reference's tokens, as far as no stop token ends them. */
async function assertGreedy(
  llm: HuggingFaceProvider,
  { text, greedy }: CheckpointReference,
): Promise<void> {
  const { choices, usage } = await llm
    .generate(text, { max_tokens: greedy.length, logprobs: true })
    .result();
  const tokens = choices[0]?.logprobs?.map(({ token }) => token) ?? [];
  assert.ok(tokens.length > 0);
  assert.deepEqual(tokens, greedy.slice(0, usage.completion_tokens));
}
