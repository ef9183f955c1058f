// node --expose-gc collected.mjs <package> <state>: drops a provider in a state without
// cleanup, waits until its threads are gone, and uses another one.
import { hasProc, threadCount, until } from "../../helpers/proc.mjs";

const [packageMain, state] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);
const options = { temperature: 0, max_tokens: 16 };

/** The provider is reachable from nowhere once this is over. */
async function useAndDrop() {
  const llm = new HuggingFaceProvider(options);
  if (state === "constructed") return;
  await llm.generate("Hello");
  if (hasProc && threadCount("al-infer") === 0) throw new Error("it has no inference thread");
  if (state === "generating") {
    // Runs on to its end: somebody may still listen.
    const run = llm.generate("Hello", { grammar: 'root ::= "la " root' });
    await run[Symbol.asyncIterator]().next();
  }
}

await useAndDrop();
const dropped = new WeakRef({});
await until(() => {
  globalThis.gc();
  // Without /proc: until garbage is collected at all.
  return hasProc ? threadCount("al-infer") === 0 : dropped.deref() === undefined;
});
const second = new HuggingFaceProvider(options);
console.log(await second.generate("Hello"));
