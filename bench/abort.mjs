// How soon an aborted call rejects, and how soon the model answers again.
//   abort.mjs MODEL PROMPT_TOKENS
import { HuggingFaceProvider } from "../lib/index.js";

const [model, promptTokens] = process.argv.slice(2);
const llm = new HuggingFaceProvider({ model, context_window: 4096 });
await llm.preload();
const rejected = [];
const usable = [];
for (let i = 0; i < 5; i += 1) {
  const controller = new AbortController();
  const run = llm
    .generate("x".repeat(Number(promptTokens)), { signal: controller.signal })
    .result();
  const failed = run.catch(() => performance.now());
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = performance.now();
  controller.abort();
  rejected.push((await failed) - start);
  await llm.generate("x", { max_tokens: 1 });
  usable.push(performance.now() - start);
}
rejected.sort((a, b) => a - b);
usable.sort((a, b) => a - b);
console.log(JSON.stringify({ rejected_ms: rejected[2], usable_ms: usable[2] }));
await llm.cleanup();
