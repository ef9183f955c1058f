import { promptText } from "../lib/text.mjs";
import { timed } from "../lib/timed.mjs";

export const single = {
  name: "single",
  title: "One stream",
  models: ["qwen2-0.5b-q4_0", "qwen2-0.5b-q8_0", "llama-1b-q4_0"],
  engines: ["ours", "llama-bench", "node-llama-cpp", "llama.node"],
  only: { "llama.node": ["qwen2-0.5b-q4_0"] },
  note: ({ prompt, generated }) =>
    `A prompt of ${prompt} tokens, until its first token is there; then ${generated} tokens, as ` +
    "the caller sees them come.",
  open: ({ prompt, generated }) => ({ context: Math.max(prompt, generated) + 64, streams: 1 }),
  metrics: {
    prefill: { title: "prefill", unit: "tokens/s", better: "higher" },
    decode: { title: "decode", unit: "tokens/s", better: "higher", chart: true },
    sampling: { title: "sampling per token", unit: "ms", better: "lower" },
    seam: { title: "JavaScript per token", unit: "ms", better: "lower" },
  },
  aims: [
    { metric: "prefill", peer: "llama-bench", atLeast: 0.98 },
    { metric: "decode", peer: "llama-bench", atLeast: 0.97 },
  ],
  async measure(engine, sizes) {
    if (engine.rates) return await engine.rates(sizes);
    const prompt = await timed(engine, promptText(sizes.prompt, 2), 1);
    const text = await timed(engine, promptText(4, 3), sizes.generated + 1);
    const decode = ((text.tokens - 1) / (text.last - text.first)) * 1000;
    return {
      prefill: (sizes.prompt / (prompt.first - prompt.start)) * 1000,
      decode,
      ...overhead(text, decode),
    };
  },
};

/** Where an engine says how long it took itself: what sampling and the way to here add. */
function overhead({ tokens, details }, decode) {
  if (details === undefined) return {};
  return {
    sampling: details.sample_ms / tokens,
    seam: Math.max(0, 1000 / decode - 1000 / details.decode_tokens_per_second),
  };
}
