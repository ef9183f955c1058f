// Prefill and decode rates of one model file with the default sampling.
//   throughput.mjs MODEL PROMPT_TOKENS GENERATED_TOKENS REPETITIONS
import { HuggingFaceProvider } from "../lib/index.js";

const [model, promptTokens, generatedTokens, repetitions] = process.argv.slice(2);
const llm = new HuggingFaceProvider({ model, context_window: 4096 });

// Random weights: forbid the end token, the last of the vocabulary.
const END_TOKEN = 151935;
const options = { logit_bias: { [END_TOKEN]: -Infinity }, seed: 1 };
// One byte is one token in the generated vocabulary.
const prompt = (length) => Array.from({ length }, (_, i) => "xyzuvqk"[i % 7]).join("");

await llm.generate(prompt(8), { ...options, max_tokens: 4 });
const prefill = [];
const decode = [];
const wall = [];
const sample = [];
for (let i = 0; i < Number(repetitions); i += 1) {
  const first = await llm
    .generate(prompt(Number(promptTokens)), { ...options, max_tokens: 1 })
    .result();
  prefill.push(first.timings.prefill_tokens_per_second);

  let begun;
  const run = llm.generate(prompt(1), { ...options, max_tokens: Number(generatedTokens) + 1 });
  for await (const piece of run) begun ??= piece && performance.now();
  const end = performance.now();
  const { usage, timings } = await run.result();
  decode.push(timings.decode_tokens_per_second);
  wall.push(((usage.completion_tokens - 1) / (end - begun)) * 1000);
  sample.push(timings.sample_ms / usage.completion_tokens);
}
console.log(
  JSON.stringify({ prefill, decode, decode_seen_by_javascript: wall, sample_ms: sample }),
);
await llm.cleanup();
