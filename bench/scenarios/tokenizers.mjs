import { documents } from "../lib/documents.mjs";

/** Bytes of the texts of the curve. */
const LENGTHS = { "1 KB": 1e3, "10 KB": 1e4, "100 KB": 1e5, "1 MB": 1e6, "10 MB": 1e7 };
// What would take longer is left out: some take time in the square of a text's length.
const MOST_SECONDS = 20;
const LEAST_SECONDS = 0.3;

const rate = (title, chart) => ({ title, unit: "MB/s", better: "higher", chart });

export const tokenizers = {
  name: "tokenizers",
  title: "Tokenisation",
  models: ["tokenizer-llama3", "tokenizer-gpt4o", "tokenizer-gemma3"],
  engines: ["our-tokenizer", "tokenizers", "tokenizers.js"],
  note: ({ tokenizedBytes }) =>
    `tokenizer.json of real models. ${tokenizedBytes / 1e6} MB of this repository's prose and ` +
    "code, in texts of 2 KB, one after the other and as a batch, on its threads; then one text " +
    "of each length. Bytes are those of UTF-8.",
  open: () => ({}),
  metrics: {
    single: rate("one by one", true),
    batch: rate("as a batch", true),
    ...Object.fromEntries(Object.keys(LENGTHS).map((name) => [name, rate(name, false)])),
  },
  aims: [
    { metric: "single", peer: "tokenizers.js", atLeast: 10 },
    { metric: "single", peer: "tokenizers", atLeast: 1 },
  ],
  async measure(tokenizer, { tokenizedBytes }) {
    const texts = documents(tokenizedBytes, 2000);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const values = {};
    values.single = await measure(bytes, async () => {
      for (const text of texts) await tokenizer.encode(text);
    });
    if (tokenizer.encodeBatch) {
      values.batch = await measure(bytes, () => tokenizer.encodeBatch(texts));
    }
    let slowest = values.single;
    for (const [name, length] of Object.entries(LENGTHS)) {
      if (length > tokenizedBytes * 10 || length / 1e6 / slowest > MOST_SECONDS) continue;
      const [text] = documents(length, length);
      values[name] = await measure(Buffer.byteLength(text), () => tokenizer.encode(text));
      slowest = Math.min(slowest, values[name]);
    }
    return values;
  },
};

/** MB/s of `body`, repeated until the clock can tell. */
async function measure(bytes, body) {
  await body();
  const start = performance.now();
  let seconds = 0;
  let rounds = 0;
  do {
    await body();
    rounds += 1;
    seconds = (performance.now() - start) / 1000;
  } while (seconds < LEAST_SECONDS);
  return (bytes * rounds) / seconds / 1e6;
}
