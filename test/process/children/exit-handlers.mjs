// node exit-handlers.mjs <package> <ending>: handlers of "exit", before the package's own
// and behind it, go on using providers in several states.
const [packageMain, ending] = process.argv.slice(2);
const { HuggingFaceProvider, listDevices } = await import(packageMain);

const options = { temperature: 0, threads: 1, max_tokens: 16 };
const providers = Array.from({ length: 4 }, () => new HuggingFaceProvider(options));
const [untouched, loading, loaded, busy] = providers;

function useAll() {
  listDevices();
  for (const llm of providers) {
    // Nobody will hear how these end.
    llm.generate("Hello").catch(() => undefined);
    llm.tokenize("Hello").catch(() => undefined);
    llm.preload().catch(() => undefined);
    llm.getResourceUsage().catch(() => undefined);
    llm.cleanup().catch(() => undefined);
    llm.cleanup().catch(() => undefined);
  }
}

process.on("exit", useAll);
await loaded.preload();
process.on("exit", useAll);
const run = busy.generate("Hello", { grammar: 'root ::= "la " root' });
await run[Symbol.asyncIterator]().next();
loading.preload().catch(() => undefined);
void untouched;
if (ending === "exit") process.exit(0);
if (ending === "throw") throw new Error("thrown on purpose");
await run;
