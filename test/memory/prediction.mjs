// prediction.mjs PACKAGE OPTIONS: what a model was said to take, and what it then took, in
// bytes, as JSON.
import { residentKib } from "../helpers/proc.mjs";

const [packageMain, json] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);

// What is taken once, whatever the model: the addon, threads, JavaScript's own.
const small = new HuggingFaceProvider({ threads: 1 });
await small.generate("Hello", { max_tokens: 4 });
await small.cleanup();
globalThis.gc();

const llm = new HuggingFaceProvider({ threads: 1, temperature: 0, ...JSON.parse(json) });
const { verdict, devices, context_window } = await llm.checkSystemRequirements();
globalThis.gc();
const before = residentKib();
await llm.preload();
const [device] = devices;
// A whole batch, which uses all of the buffers.
const prompt = "a b ".repeat(Math.min(600, Math.floor(context_window / 3)));
await llm.generate(prompt, { max_tokens: 2, truncation_strategy: "left" });
globalThis.gc();
const taken = (residentKib() - before) * 1024;
await llm.cleanup();
console.log(JSON.stringify({ verdict, needed: device.needed_bytes, parts: device.parts, taken }));
