// How the event loop and libuv's pool fare while a large model loads, and while four
// models generate at once.
//   responsiveness.mjs JSON of { model, sizes }
import { HuggingFaceProvider } from "../../lib/index.js";
import { EventLoopWatch } from "../lib/event-loop.mjs";

const { model, sizes } = JSON.parse(process.argv[2]);
const SECONDS = sizes.responsivenessSeconds;
const LOADS = 8;

/** Several loads in a row: one alone gives too few samples for a 99th percentile. */
async function whileLoading() {
  await new HuggingFaceProvider().getResourceUsage(); // the addon itself is loaded once
  const watch = new EventLoopWatch();
  for (let i = 0; i < LOADS; i += 1) {
    const llm = new HuggingFaceProvider({ model, context_window: 1024 });
    await llm.preload();
    await llm.cleanup();
  }
  return await watch.stop();
}

async function whileGenerating(count) {
  const providers = Array.from(
    { length: count },
    () => new HuggingFaceProvider({ model, context_window: 1024 }),
  );
  await Promise.all(providers.map((llm) => llm.preload()));
  const controller = new AbortController();
  const watch = new EventLoopWatch();
  const runs = providers.map((llm) =>
    llm
      .generate("xyz", { max_tokens: 900, signal: controller.signal })
      .result()
      .catch(() => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const result = await watch.stop();
  controller.abort();
  await Promise.all(runs);
  await Promise.all(providers.map((llm) => llm.cleanup()));
  return result;
}

async function idle() {
  const watch = new EventLoopWatch();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 500));
  return await watch.stop();
}

console.log(
  JSON.stringify({
    idle: await idle(),
    loading: await whileLoading(),
    generating_4: await whileGenerating(4),
  }),
);
