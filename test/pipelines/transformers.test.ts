import assert from "node:assert/strict";
import { pipeline } from "../../src/index.js";
import { checkpoint, checkpointPath, withChangedCheckpoint } from "../helpers/checkpoints.js";
import { assertDeepNear } from "../helpers/deep-near.js";
import { EXACT, PIPELINE_REFERENCE, referenceOf, usePipeline } from "../helpers/pipelines.js";

const { texts, labels } = PIPELINE_REFERENCE;
const GREEDY = { do_sample: false, max_new_tokens: 8 };
// GELU is a table in half precision: see docs/checkpoints.md.
const LOOSE = 2e-3;

describe("pipeline, as transformers' on the same checkpoints", () => {
  describe("text-generation", () => {
    const pipe = usePipeline("text-generation", checkpointPath("smollm2"));

    it("continues a string, an array, and without the prompt", async () => {
      const of = (name: string): unknown => referenceOf("text-generation", name);
      assert.deepEqual(await pipe()(texts[0], GREEDY), of("string"));
      assert.deepEqual(await pipe()(texts, GREEDY), of("array"));
      const bare = await pipe()(texts[0], { ...GREEDY, return_full_text: false });
      assert.deepEqual(bare, of("new text only"));
    });

    it("gives several answers", async () => {
      const answers = await pipe()(texts[0], { max_new_tokens: 2, num_return_sequences: 3 });
      assert.equal(answers.length, 3);
    });
  });

  describe("feature-extraction", () => {
    const pipe = usePipeline("feature-extraction", checkpointPath("bert"));

    it("gives the vectors of all tokens", async () => {
      const cut = (features: number[][][]): number[][][] =>
        features.map((text) => text.map((token) => token.slice(0, 2)));
      const of = (name: string): unknown => referenceOf("feature-extraction", name);
      assertDeepNear(cut(await pipe()(texts[0])), of("string"), LOOSE);
      assertDeepNear((await pipe()(texts)).map(cut), of("array"), LOOSE);
    });
  });

  describe("text-classification", () => {
    const pipe = usePipeline("text-classification", checkpointPath("bert-cls"));
    const single = usePipeline("sentiment-analysis", checkpointPath("bert-rerank"));

    it("gives the best label, or as many as asked for", async () => {
      const near = (actual: unknown, name: string): void => {
        assertDeepNear(actual, referenceOf("text-classification", name), LOOSE);
      };
      near(await pipe()(texts[0]), "string");
      near(await pipe()(texts), "array");
      near(await pipe()(texts[0], { top_k: null }), "string, all");
      near(await pipe()(texts, { top_k: 2 }), "array, two");
      near(await pipe()(texts[0], { top_k: null, function_to_apply: "sigmoid" }), "sigmoid");
      near(await pipe()(texts[0], { top_k: null, function_to_apply: "none" }), "none");
      near(await single()(texts[0]), "one output");
    });
  });

  describe("zero-shot-classification", () => {
    const near = (actual: unknown, name: string): void => {
      assertDeepNear(actual, referenceOf("zero-shot-classification", name), LOOSE);
    };

    it("scores labels of one's own", async () => {
      const id2label = { 0: "contradiction", 1: "neutral", 2: "entailment" };
      await withChangedCheckpoint(
        checkpointPath("bert-cls"),
        { "config.json": { id2label } },
        async (path) => {
          await using pipe = await pipeline("zero-shot-classification", path, EXACT);
          near(await pipe(texts[0], labels), "string");
          const template = { hypothesis_template: "It is about {}." };
          near(await pipe(texts[0], labels.join(", "), template), "names with commas");
          near(await pipe(texts[0], labels, { multi_label: true }), "several at once");
          near(await pipe(texts, { candidate_labels: labels }), "array");
        },
      );
    });
  });

  describe("text2text-generation, summarization, translation", () => {
    const pipe = usePipeline("text2text-generation", checkpointPath("t5"));
    const of = (name: string): unknown => referenceOf("text2text-generation", name);

    it("writes one text for another", async () => {
      assert.deepEqual(await pipe()(texts[0], GREEDY), [{ generated_text: of("string") }]);
      assert.deepEqual(
        (await pipe()(texts, GREEDY)).map(({ generated_text }) => generated_text),
        of("array"),
      );
    });

    it("puts before a text what config.json says of the task", async () => {
      const task_specific_params = {
        summarization: { prefix: "summarize: " },
        translation_en_to_de: { prefix: "translate English to German: " },
      };
      const files = { "config.json": { task_specific_params } };
      await withChangedCheckpoint(checkpointPath("t5"), files, async (path) => {
        await using summarize = await pipeline("summarization", path, EXACT);
        const [summary] = await summarize(texts[0], GREEDY);
        assert.deepEqual(summary, { summary_text: of("prefixed") });
        await using translate = await pipeline("translation_en_to_de", path, EXACT);
        const [translation] = await translate(texts[0], GREEDY);
        assert.equal(typeof translation?.translation_text, "string");
      });
    });
  });

  describe("text-ranking", () => {
    const pipe = usePipeline("text-ranking", checkpointPath("bert-rerank"));

    it("scores as transformers does, best first", async () => {
      const { pair } = checkpoint("bert-rerank");
      assert.ok(pair !== undefined);
      const documents = [pair.document, "nothing of the kind"];
      const ranked = await pipe()(pair.query, documents, { return_documents: true });
      const found = ranked.find(({ corpus_id }) => corpus_id === 0);
      assertDeepNear(found?.score, 1 / (1 + Math.exp(-pair.score)), LOOSE);
      assert.equal(found?.text, pair.document);
      const [best, ...others] = await pipe()({ query: pair.query, documents }, { top_k: 1 });
      assert.deepEqual(others, []);
      assert.equal(best?.corpus_id, ranked[0]?.corpus_id);
    });
  });

  describe("sentence-similarity", () => {
    const pipe = usePipeline("sentence-similarity", checkpointPath("bert"));

    it("gives cosines", async () => {
      const [same, other = 1] = await pipe()(texts[0], [texts[0], texts[1]]);
      assertDeepNear(same, 1, 1e-3);
      assert.ok(other < 1 && other >= -1);
      const input = { source_sentence: texts[0], sentences: [texts[1]] };
      assertDeepNear(await pipe()(input), [other], 1e-3);
    });
  });
});
