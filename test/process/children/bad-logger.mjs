// node bad-logger.mjs <package>: loggers that always fail; tells, as JSON, what came of the
// calls and of the errors.
const { HuggingFaceProvider } = await import(process.argv[2]);

const warnings = [];
process.on("warning", ({ message }) => warnings.push(message));

const options = { temperature: 0, threads: 1, log_level: "debug" };
let logged = 0;
const throwing = () => {
  logged += 1;
  throw new Error("the disk is full");
};
const rejecting = async () => {
  logged += 1;
  throw new Error("the network is down");
};
const providers = [throwing, rejecting, undefined].map(
  (logger) => new HuggingFaceProvider({ ...options, ...(logger && { logger }) }),
);
const texts = [];
// In turns, so that the warnings have an order.
for (const llm of providers) texts.push(await llm.generate("Hello"));
await Promise.all(providers.map((llm) => llm.cleanup()));
// All warnings have come out by the next turn.
await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify({ texts, logged: logged > 3, warnings }));
