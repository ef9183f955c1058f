// node bad-logger.mjs <package>: a logger that always throws; tells, as JSON, what came
// of the calls and of the errors.
const { HuggingFaceProvider } = await import(process.argv[2]);

const uncaught = [];
process.on("uncaughtException", (error) => uncaught.push(error.message));

const options = { temperature: 0, threads: 1, log_level: "debug" };
let logged = 0;
const logger = () => {
  logged += 1;
  throw new Error("the disk is full");
};
const bad = new HuggingFaceProvider({ ...options, logger });
const good = new HuggingFaceProvider(options);
const texts = await Promise.all([bad, bad, good].map((llm) => llm.generate("Hello")));
await Promise.all([bad.cleanup(), good.cleanup()]);
// Everything that was thrown has come out by the next turn.
await new Promise((resolve) => setImmediate(resolve));
const others = uncaught.filter((message) => message !== "the disk is full");
console.log(JSON.stringify({ texts, logged: logged > 0, all: uncaught.length === logged, others }));
