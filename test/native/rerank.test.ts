import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ContextWindowExceededError,
  HuggingFaceProvider,
  InvalidParameterError,
  InvalidRequestError,
  UnsupportedFeatureError,
} from "../../src/index.js";
import { BERT_CONTEXT, writeBert } from "../helpers/bert.js";
import { useTempFolder } from "../helpers/gguf.js";
import { DEFAULTS, useProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";

const DOCUMENTS = ["a dog", "the cat sat on the mat", "hello world", "mat", "the dog"];
const LABELS = ["good", "bad", "ugly"];

describe("rerank and classify", () => {
  const folder = useTempFolder();
  const provider = async (labels: readonly string[]): Promise<HuggingFaceProvider> => {
    const model = join(folder(), `${String(labels.length)}.gguf`);
    await writeBert(model, labels);
    return new HuggingFaceProvider({ ...DEFAULTS, model });
  };
  let reranker: HuggingFaceProvider;
  let classifier: HuggingFaceProvider;
  before(async () => {
    reranker = await provider(["relevance"]);
    classifier = await provider(LABELS);
  });
  after(async () => {
    await Promise.all([reranker.cleanup(), classifier.cleanup()]);
  });

  it("ranks documents, best first, with scores from 0 to 1", async () => {
    const ranking = await reranker.rerank("the cat", DOCUMENTS);
    assert.deepEqual(ranking.map(({ index }) => index).sort(), [0, 1, 2, 3, 4]);
    for (const [i, { score, index }] of ranking.entries()) {
      assert.ok(score > 0 && score < 1);
      assert.ok(i === 0 || score <= (ranking[i - 1]?.score ?? 0));
      const [alone] = await reranker.rerank("the cat", [DOCUMENTS[index] ?? ""]);
      assert.ok(Math.abs((alone?.score ?? NaN) - score) < 1e-3);
    }
    assert.ok((ranking[0]?.score ?? 0) - (ranking[4]?.score ?? 0) > 1e-3);
  });

  it("returns the best documents themselves when asked", async () => {
    const all = await reranker.rerank("the cat", DOCUMENTS);
    const best = await reranker.rerank("the cat", DOCUMENTS, { top_n: 2, return_documents: true });
    assert.deepEqual(
      best,
      all.slice(0, 2).map((entry) => ({ ...entry, document: DOCUMENTS[entry.index] })),
    );
    assert.deepEqual(await reranker.rerank("the cat", []), []);
  });

  it("classifies one text or many, best label first", async () => {
    const [text] = DOCUMENTS as [string];
    const single = await classifier.classify(text);
    assert.deepEqual(single.map(({ label }) => label).sort(), [...LABELS].sort());
    assert.ok(Math.abs(single.reduce((sum, { score }) => sum + score, 0) - 1) < 1e-5);
    const many = await classifier.classify(DOCUMENTS);
    assert.equal(many.length, DOCUMENTS.length);
    assert.deepEqual(
      many[0]?.map(({ label }) => label),
      single.map(({ label }) => label),
    );
    for (const labels of many) {
      for (const [i, { score }] of labels.entries()) {
        assert.ok(i === 0 || score <= (labels[i - 1]?.score ?? 0));
      }
    }
  });

  it("scores labels that do not exclude each other for themselves", async () => {
    const shares = await classifier.classify("hello");
    const scores = await classifier.classify("hello", { multi_label: true });
    assert.deepEqual(
      scores.map(({ label }) => label),
      shares.map(({ label }) => label),
    );
    // Odds multiply as shares do: both come from the same outputs.
    const odds = scores.map(({ score }) => score / (1 - score));
    const sum = odds.reduce((a, b) => a + b);
    shares.forEach(({ score }, i) => {
      assert.ok(Math.abs(score - (odds[i] ?? NaN) / sum) < 1e-4);
    });
  });

  it("names the document that is too long with its query", async () => {
    const half = "cat ".repeat(BERT_CONTEXT / 2);
    const error = await rejectionOf(ContextWindowExceededError, reranker.rerank(half, ["a", half]));
    assert.equal(error.details["index"], 1);
  });

  it("refuses what the model was not made for", async () => {
    await rejectionOf(UnsupportedFeatureError, classifier.rerank("a", ["b"]));
    await rejectionOf(UnsupportedFeatureError, classifier.embed("a"));
    const error = await rejectionOf(
      UnsupportedFeatureError,
      classifier.classify("a", { labels: ["x"] }),
    );
    assert.equal(error.details.parameter, "labels");
  });

  it("refuses what is not text", async () => {
    await rejectionOf(InvalidRequestError, reranker.rerank(7 as never, []));
    await rejectionOf(InvalidRequestError, reranker.rerank("a", "b" as never));
    await rejectionOf(InvalidRequestError, classifier.classify([7] as never));
    await rejectionOf(InvalidParameterError, reranker.rerank("a", ["b"], { top_n: 0 }));
    await rejectionOf(InvalidParameterError, classifier.classify("a", { labels: [] }));
  });
});

describe("rerank and classify, by a model that generates", () => {
  const llm = useProvider();

  it("are refused with what it can do", async () => {
    const error = await rejectionOf(UnsupportedFeatureError, llm().rerank("a", ["b"]));
    assert.match(error.message, /generate\(\) and embed\(\)/);
    await rejectionOf(UnsupportedFeatureError, llm().classify("a"));
  });
});
