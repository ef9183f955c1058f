/**
 * What is measured. Each module exports `open({ model, onnx, tools, threads, context, streams, embeddings })`,
 * which loads the model with at most `streams` calls at once of at most `context` tokens
 * each, on the CPU, and resolves to what the scenarios use:
 *
 * - complete(prompt, { tokens, signal, onPiece }): generates `tokens` tokens, calls onPiece
 *   whenever text arrives, resolves to { tokens, details }; rejects when aborted;
 * - embed(texts): resolves when all are embedded;
 * - rates(sizes): for a program that measures itself, { prefill, decode } in tokens/s;
 * - embedRate(texts): likewise, in texts/s;
 * - encode(text), encodeBatch(texts): of a tokenizer, whose file `model` is;
 * - close().
 *
 * What an engine cannot do, it has no method for. `open` throws Skip where it cannot run.
 */
export const ENGINES = {
  ours: {
    title: "abstractllm",
    how: "HuggingFaceProvider, generate()",
    module: "./ours.mjs",
  },
  "llama-bench": {
    title: "llama-bench",
    how: "llama-bench of the same engine, which does not sample",
    module: "./llama-bench.mjs",
  },
  "llama-server": {
    title: "llama-server",
    how: "llama-server of the same engine with --parallel N, POST /completion with streaming",
    module: "./llama-server.mjs",
  },
  "llama-embedding": {
    title: "llama-embedding",
    how: "llama-embedding of the same engine: the time of all texts less that of one",
    module: "./llama-embedding.mjs",
  },
  "node-llama-cpp": {
    title: "node-llama-cpp",
    how: "its prebuilt binary; LlamaCompletion, one context with a sequence per call",
    module: "./node-llama-cpp.mjs",
  },
  "llama.node": {
    title: "@fugood/llama.node",
    how: "its prebuilt binary; context.parallel.completion()",
    module: "./llama-node.mjs",
  },
  "transformers.js": {
    title: "transformers.js",
    how: 'pipeline("feature-extraction"), pooling "mean", 32 texts per call; f32 ONNX',
    module: "./transformers.mjs",
  },
  "our-tokenizer": {
    title: "abstractllm",
    how: "Tokenizer, encode() and encodeBatch()",
    module: "./our-tokenizer.mjs",
  },
  tokenizers: {
    title: "tokenizers",
    how: "the Rust library's package for Node.js; encode() and encodeBatch()",
    module: "./tokenizers.mjs",
  },
  "tokenizers.js": {
    title: "@huggingface/tokenizers",
    how: "encode(), on the JavaScript thread",
    module: "./tokenizers-js.mjs",
  },
};

export async function openEngine(name, options) {
  const { open } = await import(ENGINES[name].module);
  return await open(options);
}
