import path from "node:path";
import { importPeer } from "../lib/import-peer.mjs";

const TEXTS_PER_CALL = 32;

/** `onnx`: a folder with a model of the same shape, which onnx/folder.mjs writes. */
export async function open({ onnx, threads }) {
  const { env, pipeline } = await importPeer("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = path.dirname(onnx);
  const extract = await pipeline("feature-extraction", path.basename(onnx), {
    dtype: "fp32",
    device: "cpu",
    session_options: { intraOpNumThreads: threads },
  });
  return {
    async embed(texts) {
      for (let i = 0; i < texts.length; i += TEXTS_PER_CALL) {
        const some = texts.slice(i, i + TEXTS_PER_CALL);
        await extract(some, { pooling: "mean", normalize: true });
      }
    },
    close: () => extract.dispose(),
  };
}
