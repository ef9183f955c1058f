import { promptText } from "../lib/text.mjs";
import { timed } from "../lib/timed.mjs";

export const streams = {
  name: "streams",
  title: "Several streams",
  models: ["qwen2-0.5b-q4_0"],
  engines: ["ours", "llama-server", "node-llama-cpp", "llama.node"],
  note: ({ streams: count, streamTokens }) =>
    `Warm, prompts of 4 tokens. ${streamTokens} tokens of one stream, then of ${count} at once: ` +
    "all their tokens over the time from the first of them to the last.",
  open: ({ streams: count, streamTokens }) => ({ context: streamTokens + 64, streams: count }),
  metrics: {
    one: { title: "one stream", unit: "tokens/s", better: "higher" },
    all: { title: "all together", unit: "tokens/s", better: "higher", chart: true },
    over_one: { title: "all over one", unit: "x", better: "higher" },
  },
  aims: [{ metric: "over_one", atLeast: 2 }],
  async measure(engine, { streams: count, streamTokens }) {
    await totalRate(engine, count, 2, 100); // every slot has worked once
    const one = await totalRate(engine, 1, streamTokens, 200);
    const all = await totalRate(engine, count, streamTokens, 300);
    return { one, all, over_one: all / one };
  },
};

async function totalRate(engine, count, tokens, seed) {
  const runs = await Promise.all(
    Array.from({ length: count }, (_, i) => timed(engine, promptText(4, seed + i), tokens + 1)),
  );
  const first = Math.min(...runs.map((run) => run.first));
  const last = Math.max(...runs.map((run) => run.last));
  const made = runs.reduce((sum, run) => sum + run.tokens - 1, 0);
  return (made / (last - first)) * 1000;
}
