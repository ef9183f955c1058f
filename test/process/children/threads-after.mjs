// node threads-after.mjs <package>: cleans up providers in several states, and tells, as
// JSON, how often a thread of the model was still there when cleanup() had resolved.
import { threadCount } from "../../helpers/proc.mjs";

const { HuggingFaceProvider } = await import(process.argv[2]);
const TIMES = 20;

const STATES = {
  async loaded(llm) {
    await llm.preload();
  },
  async loading(llm) {
    await new Promise((resolve) => {
      llm.preload({ onProgress: resolve }).catch(() => undefined);
    });
  },
  async abandoned(llm) {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await llm.preload({ signal: controller.signal, onProgress }).catch(() => undefined);
  },
  async generating(llm) {
    const run = llm.generate("Hello", { grammar: 'root ::= "la " root' });
    run.result().catch(() => undefined);
    await run[Symbol.asyncIterator]().next();
  },
};

const left = {};
for (const [state, enter] of Object.entries(STATES)) {
  left[state] = 0;
  for (let i = 0; i < TIMES; ++i) {
    const llm = new HuggingFaceProvider({ temperature: 0, threads: 1 });
    await enter(llm);
    await llm.cleanup();
    if (threadCount("al-infer") + threadCount("al-text") > 0) left[state] += 1;
  }
}
console.log(JSON.stringify(left));
