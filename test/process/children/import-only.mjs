// node import-only.mjs <package>: tells, as JSON, which addons are in the process after
// each step of a provider's life.
process.report.excludeNetwork = true;

const addons = () =>
  process.report.getReport().sharedObjects.filter((file) => file.endsWith(".node")).length;

const steps = { before: addons() };
const { HuggingFaceProvider } = await import(process.argv[2]);
steps.imported = addons();
const llm = new HuggingFaceProvider({ temperature: 0 });
steps.constructed = addons();
await llm.generate("", {}).catch(() => undefined);
await llm.generate("Hello", { temprature: 1 }).catch(() => undefined);
steps.refused = addons();
await llm.preload();
steps.loaded = addons();
await llm.cleanup();
console.log(JSON.stringify(steps));
