import { Skip } from "../lib/skip.mjs";
import { shortTexts } from "../lib/text.mjs";

export const embeddings = {
  name: "embeddings",
  title: "Embeddings of short texts",
  models: ["minilm-f16"],
  engines: ["ours", "llama-embedding", "node-llama-cpp", "llama.node", "transformers.js"],
  note: ({ embeddedTexts }) =>
    `${embeddedTexts} texts of 24 to 72 tokens, given in one call where there is such a call.`,
  open: () => ({ context: 512, streams: 8, embeddings: true }),
  metrics: { rate: { title: "texts", unit: "texts/s", better: "higher", chart: true } },
  aims: [
    { metric: "rate", peer: "node-llama-cpp", atLeast: 3 },
    { metric: "rate", peer: "transformers.js", atLeast: 3 },
  ],
  async measure(engine, { embeddedTexts }) {
    const texts = shortTexts(embeddedTexts);
    if (engine.embedRate) return { rate: await engine.embedRate(texts) };
    if (!engine.embed) throw new Skip("it has no embed() yet");
    await engine.embed(texts.slice(0, 8));
    const start = performance.now();
    await engine.embed(texts);
    return { rate: (texts.length / (performance.now() - start)) * 1000 };
  },
};
