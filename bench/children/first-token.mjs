// From the first line of a program to the first token of the embedded model: cold
// (import, load, prompt) and warm (loaded, another prompt).
const start = performance.now();
const { HuggingFaceProvider } = await import("../../lib/index.js");
const llm = new HuggingFaceProvider({ temperature: 0 });

async function timeToFirst(prompt, from) {
  for await (const _ of llm.generate(prompt)) return performance.now() - from;
}

const cold = await timeToFirst("Tell me a story.", start);
const warm = [];
for (let i = 0; i < 10; i += 1) {
  warm.push(await timeToFirst("What is the capital of France?", performance.now()));
}
warm.sort((a, b) => a - b);
console.log(JSON.stringify({ cold_ms: cold, warm_ms: warm[5] }));
await llm.cleanup();
