// node --expose-gc cycles.mjs <package> <kind> <cycles>: does the same again and again;
// prints, as JSON, what was left after each time. Kinds:
//   use    loads the model, answers shortly, cleans up
//   abort  gives up while the model loads
//   drop   as "use", but leaves the model to the garbage collector
//   calls  ten calls of several kinds, on one model
import { hasProc, openFiles, residentKib, threadCount, until } from "../helpers/proc.mjs";

const [packageMain, kind, cycles] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);
const WARM_UP = 10;

let round = 0;
const provider = () =>
  // More threads than one now and then: they cost much where others compute, too.
  new HuggingFaceProvider({ temperature: 0, threads: round % 10 === 5 ? 2 : 1 });

async function use() {
  const llm = provider();
  await llm.generate("Hello", { max_tokens: 2 });
  return llm;
}

async function abortLoading() {
  const llm = provider();
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await llm.preload({ signal: controller.signal, onProgress }).catch(() => undefined);
  await llm.cleanup();
}

let lasting;
async function makeCalls() {
  lasting ??= provider();
  const grammar = 'root ::= "yes" | "no"';
  const aborted = [1, 2, 3].map(() => lasting.generate("Tell me a story."));
  await lasting.tokenize("Hello");
  for (const run of aborted) run.abort();
  await Promise.allSettled([
    ...aborted,
    lasting.generate("Hello", { grammar, temperature: 1 }),
    lasting.generate("Hello", { max_tokens: 2, dry_multiplier: 1, stop: ["x", "y"] }),
    lasting.generate("Hello", { grammar: "broken" }),
    lasting.score("Hello there"),
    lasting.detokenize([9, 10]),
    lasting.countTokens("Hello ".repeat(100)),
  ]);
}

const KINDS = {
  use: async () => await (await use()).cleanup(),
  abort: abortLoading,
  drop: async () => void (await use()),
  calls: makeCalls,
};

/** A thread that was joined is in /proc for a moment still; garbage takes its time. */
async function settle() {
  await until(() => {
    globalThis.gc();
    return lasting !== undefined || threadCount("al-infer") + threadCount("al-text") === 0;
  });
}

if (!hasProc) throw new Error("This reads /proc, which only Linux has");
const kib = [];
let baseline;
for (; round < WARM_UP + Number(cycles); ++round) {
  await KINDS[kind]();
  await settle();
  // By now Node has started the threads and opened the files that it keeps.
  if (round === WARM_UP) baseline = { threads: threadCount(), files: openFiles() };
  if (round >= WARM_UP) kib.push(residentKib());
}
const end = { threads: threadCount(), files: openFiles() };
console.log(JSON.stringify({ baseline, end, kib }));
