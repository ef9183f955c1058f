import { SAMPLING } from "../lib/sampling.mjs";
import { importPeer } from "../lib/import-peer.mjs";

export async function open({ model, threads, context, streams, embeddings }) {
  const { loadModel } = await importPeer("@fugood/llama.node");
  const loaded = await loadModel({
    model,
    n_ctx: context * streams,
    n_parallel: streams,
    n_threads: threads,
    n_gpu_layers: 0,
    ...(embeddings ? { embedding: true } : {}),
  });
  if (!(await loaded.parallel.enable({ n_parallel: streams, n_batch: 512 }))) {
    throw new Error("@fugood/llama.node: parallel mode could not be enabled");
  }
  return {
    async complete(prompt, { tokens, signal, onPiece }) {
      const { promise, stop } = await loaded.parallel.completion(
        { prompt, n_predict: tokens, ...SAMPLING },
        () => onPiece(),
      );
      signal?.addEventListener("abort", stop, { once: true });
      const result = await promise;
      return { tokens: result.timings?.predicted_n ?? result.tokens_predicted };
    },
    async embed(texts) {
      const requests = await Promise.all(texts.map((text) => loaded.parallel.embedding(text)));
      await Promise.all(requests.map(({ promise }) => promise));
    },
    close: () => loaded.release(),
  };
}
