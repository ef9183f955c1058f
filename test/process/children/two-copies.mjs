// node two-copies.mjs <package> <another copy of it>: uses both in one process, and
// tells what they gave, as JSON.
process.report.excludeNetwork = true;

const [first, second] = await Promise.all(process.argv.slice(2).map((main) => import(main)));
if (first.HuggingFaceProvider === second.HuggingFaceProvider) throw new Error("one copy only");

const options = { temperature: 0 };
const providers = [first, second].map((copy) => new copy.HuggingFaceProvider(options));
const texts = await Promise.all(providers.map((llm) => llm.generate("Who are you?")));
const addons = process.report
  .getReport()
  .sharedObjects.filter((file) => file.endsWith("abstractllm.node")).length;

const error = await providers[0]
  .generate("")
  .result()
  .catch((reason) => reason);
const errors = {
  own: first.InvalidRequestError.isInstance(error),
  other: second.InvalidRequestError.isInstance(error),
  instance: error instanceof second.InvalidRequestError,
};

// One goes, the other stays.
await providers[0].cleanup();
texts.push(await providers[1].generate("Hello"));
console.log(JSON.stringify({ texts, addons, errors }));
