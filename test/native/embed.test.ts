import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ContextWindowExceededError,
  HuggingFaceProvider,
  InvalidParameterError,
  InvalidRequestError,
  UnsupportedFeatureError,
} from "../../src/index.js";
import { BERT_CONTEXT, BERT_DIMENSIONS, writeBert } from "../helpers/bert.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { useTempFolder } from "../helpers/gguf.js";
import { DEFAULTS, useProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";

const TEXTS = ["the cat sat on the mat", "hello world", "a dog", "", "the dog sat on a cat"];
const MANY = Array.from(
  { length: 300 },
  (_, i) => `the ${i % 2 === 0 ? "cat" : "dog"} ${String(i)}`,
);

function dot(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** Equal up to the rounding that other texts in the same batch cause. */
function assertSame(actual: Float32Array | undefined, expected: Float32Array | undefined): void {
  assert.ok(actual !== undefined && expected !== undefined);
  assert.ok(dot(actual, expected) > 1 - 1e-4, String(dot(actual, expected)));
}

describe("embed, by an encoder", () => {
  const folder = useTempFolder();
  let llm: HuggingFaceProvider;
  before(async () => {
    const model = join(folder(), "bert.gguf");
    await writeBert(model);
    llm = new HuggingFaceProvider({ ...DEFAULTS, model });
  });
  after(() => llm.cleanup());

  it("gives each text a vector of length 1, in the order of the texts", async () => {
    const vectors = await llm.embed(TEXTS);
    assert.equal(vectors.length, TEXTS.length);
    for (const [i, vector] of vectors.entries()) {
      assert.ok(vector instanceof Float32Array);
      assert.equal(vector.length, BERT_DIMENSIONS);
      assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
      assertSame(await llm.embed(TEXTS[i] ?? ""), vector);
    }
    const [a, b] = vectors;
    assert.ok(a !== undefined && b !== undefined && dot(a, b) < 0.99);
  });

  it("keeps the order over many batches and calls at once", async () => {
    const [one, two] = await Promise.all([llm.embed(MANY), llm.embed(MANY.toReversed())]);
    for (const i of [0, 1, 7, 150, 299]) {
      const alone = await llm.embed(MANY[i] ?? "");
      assertSame(one[i], alone);
      assertSame(two[299 - i], alone);
    }
  });

  it("pools as asked, by default as the model says", async () => {
    const [text] = TEXTS as [string];
    const rows = await llm.embed(text, { pooling: "none", normalize: false });
    const count = await llm.countTokens(text);
    assert.equal(rows.length, count * BERT_DIMENSIONS);
    const row = (t: number): Float32Array =>
      rows.subarray(t * BERT_DIMENSIONS, (t + 1) * BERT_DIMENSIONS);
    const mean = new Float32Array(BERT_DIMENSIONS).map(
      (_, j) =>
        Array.from({ length: count }, (__, t) => row(t)[j] ?? NaN).reduce((a, b) => a + b) / count,
    );
    const expected = { mean, cls: row(0), last: row(count - 1) };
    for (const pooling of ["mean", "cls", "last"] as const) {
      const vector = await llm.embed(text, { pooling, normalize: false });
      vector.forEach((value, j) => {
        assert.ok(Math.abs(value - (expected[pooling][j] ?? NaN)) < 1e-5, pooling);
      });
    }
    assert.deepEqual(await llm.embed(text), await llm.embed(text, { pooling: "mean" }));
  });

  it("gives arrays that can be kept and transferred one by one", async () => {
    const [a, b] = (await llm.embed(["hello", "world"])) as [Float32Array, Float32Array];
    assert.equal(a.buffer.byteLength, a.byteLength);
    structuredClone(a, { transfer: [a.buffer as ArrayBuffer] });
    assert.equal(b.length, BERT_DIMENSIONS);
  });

  it("reports progress in tokens, and nothing for no texts", async () => {
    const seen: { done: number; total: number }[] = [];
    await llm.embed(MANY, { onProgress: ({ done, total }) => seen.push({ done, total }) });
    assert.ok(seen.length > 2);
    assert.equal(seen.at(-1)?.done, seen.at(-1)?.total);
    assert.deepEqual(await llm.embed([]), []);
  });

  it("stops when told, and is usable at once", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const run = llm.embed([...MANY, ...MANY, ...MANY], {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(reason);
      },
    });
    await assert.rejects(run, reason);
    assert.equal((await llm.embed(["hello"])).length, 1);
  });

  it("names the text that is too long", async () => {
    const long = "cat ".repeat(BERT_CONTEXT - 1);
    const error = await rejectionOf(ContextWindowExceededError, llm.embed(["a", "b", long]));
    assert.equal(error.details["index"], 2);
    assert.equal(error.details.prompt_tokens, BERT_CONTEXT + 1);
    assert.equal(error.details.context_window, BERT_CONTEXT);
  });

  it("refuses what it cannot do, and what is not text", async () => {
    await rejectionOf(UnsupportedFeatureError, llm.generate("hello"));
    await rejectionOf(UnsupportedFeatureError, llm.score("hello"));
    await rejectionOf(UnsupportedFeatureError, llm.rerank("hello", ["world"]));
    await rejectionOf(UnsupportedFeatureError, llm.classify("hello"));
    for (const texts of [7, null, [1], ["a", undefined], { 0: "a" }]) {
      await rejectionOf(InvalidRequestError, llm.embed(texts as never));
    }
    await rejectionOf(InvalidParameterError, llm.embed("a", { pooling: "max" as never }));
    await rejectionOf(InvalidParameterError, llm.embed("a", { temperature: 1 } as never));
  });

  it("accounts for the memory that it takes", async () => {
    const { devices } = await llm.getResourceUsage();
    assert.ok((devices.find(({ device }) => device === "cpu")?.compute ?? 0) > 0);
  });
});

describe("embed, by a model that generates", () => {
  const llm = useProvider();

  it("gives vectors that do not depend on what else runs", async () => {
    const alone = await llm().embed(["Nora lived near the river.", "hello"]);
    const stream = generateEndlessly(llm());
    await firstPiece(stream);
    const beside = await llm().embed(["Nora lived near the river.", "hello"]);
    stream.abort();
    for (const [i, vector] of beside.entries()) assertSame(vector, alone[i]);
  });

  it("embeds a text that fills the context window", async () => {
    const tokens = Array.from(await llm().tokenize("frog ".repeat(1100))).slice(0, 1000);
    const text = await llm().detokenize(tokens);
    const vector = await llm().embed(text, { pooling: "last" });
    assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
  });
});
