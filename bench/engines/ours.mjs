import { HuggingFaceProvider } from "../../lib/index.js";
import { SAMPLING } from "../lib/sampling.mjs";

export async function open({ model, threads, context, streams }) {
  const llm = new HuggingFaceProvider({
    model,
    threads,
    device_map: "cpu",
    context_window: context,
    kv_cache_tokens: context * streams,
    apply_chat_template: false,
    ...SAMPLING,
  });
  await llm.preload();
  const engine = {
    async complete(prompt, { tokens, signal, onPiece }) {
      const run = llm.generate(prompt, { max_tokens: tokens, ...(signal ? { signal } : {}) });
      for await (const piece of run) onPiece(piece);
      const { usage, timings } = await run.result();
      return { tokens: usage.completion_tokens, details: timings };
    },
    close: () => llm.cleanup(),
  };
  if (typeof llm.embed === "function") engine.embed = (texts) => llm.embed(texts);
  return engine;
}
