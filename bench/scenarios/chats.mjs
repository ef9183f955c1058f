import { promptText } from "../lib/text.mjs";

export const chats = {
  name: "chats",
  title: "Chats with a common beginning",
  models: ["qwen2-0.5b-q4_0"],
  engines: ["ours", "llama-server", "node-llama-cpp"],
  note: ({ streams, chatPrefix, question, chatAnswer }) =>
    `${streams} calls at once whose prompts share their first ${chatPrefix} tokens, which no ` +
    `earlier call had; ${question} tokens differ. Each generates ${chatAnswer} tokens. The time ` +
    "until all are done.",
  open: ({ streams, chatPrefix, question, chatAnswer }) => ({
    context: chatPrefix + question + chatAnswer + 64,
    streams,
  }),
  metrics: { all: { title: "all answers", unit: "ms", better: "lower", chart: true } },
  aims: [
    { metric: "all", peer: "llama-server", atMost: 0.25 },
    { metric: "all", peer: "node-llama-cpp", atMost: 0.25 },
  ],
  async measure(engine, { streams, chatPrefix, question, chatAnswer }) {
    const prefix = promptText(chatPrefix, 2);
    const start = performance.now();
    await Promise.all(
      Array.from({ length: streams }, (_, i) =>
        engine.complete(prefix + promptText(question, 10 + i), {
          tokens: chatAnswer,
          onPiece: () => undefined,
        }),
      ),
    );
    return { all: performance.now() - start };
  },
};
