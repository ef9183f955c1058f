import { gaps, median } from "../lib/statistics.mjs";
import { promptText } from "../lib/text.mjs";
import { timed } from "../lib/timed.mjs";

const STREAMS = 4;
/** Pieces of text that each stream gets alone before the prompt comes. */
const ALONE = 16;

export const admission = {
  name: "admission",
  title: "Streams beside a long prompt",
  models: ["qwen2-0.5b-q4_0"],
  engines: ["ours", "llama-server", "node-llama-cpp"],
  note: ({ longPrompt }) =>
    `${STREAMS} streams run; then a prompt of ${longPrompt} tokens comes. The longest time that ` +
    "any of them waited for its next text while the prompt was processed, over their usual gap.",
  open: ({ longPrompt }) => ({ context: longPrompt + 64, streams: STREAMS + 1 }),
  metrics: {
    usual: { title: "usual gap", unit: "ms", better: "lower" },
    worst: { title: "worst gap", unit: "ms", better: "lower", chart: true },
    over_usual: { title: "worst over usual", unit: "x", better: "lower" },
    prompt: { title: "the prompt's first token", unit: "ms", better: "lower" },
  },
  aims: [{ metric: "over_usual", atMost: 3 }],
  async measure(engine, { longPrompt }) {
    const controller = new AbortController();
    const streams = Array.from({ length: STREAMS }, (_, i) =>
      startStream(engine, promptText(4, 10 + i), longPrompt, controller.signal),
    );
    await Promise.all(streams.map((stream) => stream.running));
    const allRun = Math.max(...streams.map((stream) => stream.times[0]));
    const prompt = await timed(engine, promptText(longPrompt, 2), 1);
    controller.abort();
    await Promise.all(streams.map((stream) => stream.over));
    const usual = median(streams.flatMap(({ times }) => gaps(times, allRun, prompt.start)));
    // A stream that got nothing until the end has waited until then at least.
    const during = streams.flatMap(({ times }) =>
      gaps([...times.filter((time) => time < prompt.first), prompt.first], prompt.start),
    );
    const worst = Math.max(...during);
    return { usual, worst, over_usual: worst / usual, prompt: prompt.first - prompt.start };
  },
};

/** `times` of its pieces; `running` when ALONE of them are there; `over` when it ended. */
function startStream(engine, prompt, tokens, signal) {
  const stream = { times: [] };
  stream.running = new Promise((resolve, reject) => {
    const onPiece = () => {
      stream.times.push(performance.now());
      if (stream.times.length === ALONE) resolve();
    };
    const call = engine.complete(prompt, { tokens, signal, onPiece });
    stream.over = call.then(
      () => reject(new Error("A stream ended before the prompt came")),
      (error) => reject(error), // what the abort makes of it, or a failure before
    );
  });
  return stream;
}
