// node --expose-gc load-cycles.mjs <package> [cycles] [kind]: loads and disposes the
// embedded model again and again; prints, as JSON, what was left after each cycle.
// Kinds: "use" (a short answer), "abort" (given up while it loads), "drop" (no cleanup,
// left to the garbage collector).
import { openFiles, residentKib, threadCount, until } from "../helpers/proc.mjs";

const [packageMain, cycles = "300", kind = "use"] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);

async function use() {
  const llm = new HuggingFaceProvider({ temperature: 0, threads: 2 });
  await llm.generate("Hello", { max_tokens: 2 });
  return llm;
}

const KINDS = {
  async use() {
    const llm = await use();
    await llm.cleanup();
  },
  async abort() {
    const llm = new HuggingFaceProvider({ temperature: 0, threads: 2 });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await llm.preload({ signal: controller.signal, onProgress }).catch(() => undefined);
    await llm.cleanup();
  },
  async drop() {
    await use();
  },
};

function snapshot() {
  return { threads: threadCount(), files: openFiles() };
}

// A thread that was joined is in /proc for a moment still; and Node's own threads start
// when they are first needed.
async function settle() {
  await until(() => {
    globalThis.gc();
    return threadCount("al-infer") === 0 && threadCount("al-text") === 0;
  });
}

const rss = [];
let baseline;
for (let cycle = 0; cycle < Number(cycles); ++cycle) {
  await KINDS[kind]();
  await settle();
  rss.push(residentKib());
  if (cycle === 9) baseline = snapshot();
}
console.log(JSON.stringify({ baseline, end: snapshot(), rss }));
