import { promptText } from "../lib/text.mjs";
import { timed } from "../lib/timed.mjs";

export const prefix = {
  name: "prefix",
  title: "First token behind a cached beginning",
  models: ["qwen2-0.5b-q4_0"],
  engines: ["ours", "llama-server", "node-llama-cpp"],
  note: ({ cachedPrefix, question }) =>
    `A prompt of ${cachedPrefix} + ${question} tokens, then another one that differs in the last ` +
    `${question}: from the call to the first token.`,
  open: ({ cachedPrefix, question }) => ({ context: cachedPrefix + question + 64, streams: 1 }),
  metrics: {
    cold: { title: "cold", unit: "ms", better: "lower" },
    cached: { title: "cached", unit: "ms", better: "lower", chart: true },
    over_cold: { title: "cached over cold", unit: "x", better: "lower" },
  },
  aims: [{ metric: "over_cold", atMost: 0.05 }],
  async measure(engine, { cachedPrefix, question }) {
    const beginning = promptText(cachedPrefix, 2);
    const first = await timed(engine, beginning + promptText(question, 3), 2);
    const second = await timed(engine, beginning + promptText(question, 4), 2);
    const cold = first.first - first.start;
    const cached = second.first - second.start;
    return { cold, cached, over_cold: cached / cold };
  },
};
