import { SAMPLING } from "../lib/sampling.mjs";
import { importPeer } from "../lib/import-peer.mjs";

const { temperature, top_k: topK, top_p: topP, min_p: minP, seed } = SAMPLING;

export async function open({ model: modelPath, threads, context, streams, embeddings }) {
  const { getLlama, LlamaCompletion } = await importPeer("node-llama-cpp");
  const llama = await getLlama({
    gpu: false,
    build: "never",
    logLevel: "error",
    maxThreads: threads,
  });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const close = () => llama.dispose();
  if (embeddings) return { ...(await embedder(model, { threads, context })), close };

  const shared = await model.createContext({ contextSize: context, sequences: streams, threads });
  // Taken and given back at the end, so that calls one after another continue the same.
  const free = Array.from(
    { length: streams },
    () => new LlamaCompletion({ contextSequence: shared.getSequence() }),
  );
  return {
    async complete(prompt, { tokens, signal, onPiece }) {
      const completion = free.pop();
      if (completion === undefined) throw new Error(`More than ${streams} calls at once`);
      let made = 0;
      try {
        await completion.generateCompletion(prompt, {
          ...{ temperature, topK, topP, minP, seed, repeatPenalty: false },
          maxTokens: tokens,
          ...(signal ? { signal } : {}),
          onToken: (pieces) => {
            made += pieces.length;
            onPiece();
          },
        });
      } finally {
        free.push(completion);
      }
      return { tokens: made };
    },
    close,
  };
}

async function embedder(model, { threads, context }) {
  const embedding = await model.createEmbeddingContext({ contextSize: context, threads });
  return {
    embed: (texts) => Promise.all(texts.map((text) => embedding.getEmbeddingFor(text))),
  };
}
