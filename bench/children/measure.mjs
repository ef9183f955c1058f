// One scenario with one engine, once; prints { values } or { skipped }.
//   measure.mjs JSON of { scenario, engine, model, onnx, tools, threads, sizes }
import { openEngine } from "../engines/index.mjs";
import { Skip } from "../lib/skip.mjs";
import { promptText } from "../lib/text.mjs";
import { warmUp } from "../lib/timed.mjs";
import { SCENARIOS } from "../scenarios/index.mjs";

const { scenario: name, engine: engineName, sizes, ...options } = JSON.parse(process.argv[2]);
const scenario = SCENARIOS.find((candidate) => candidate.name === name);

// Without this, what an engine started would outlive us.
process.once("SIGTERM", () => process.exit(143));

async function measure() {
  const opened = { ...options, ...scenario.open(sizes) };
  const engine = await openEngine(engineName, opened);
  try {
    if (engine.complete && !opened.embeddings) await warmUp(engine, promptText(8, 1));
    return { values: await scenario.measure(engine, sizes) };
  } finally {
    await engine.close();
  }
}

const result = await measure().catch((error) => {
  if (error instanceof Skip) return { skipped: error.message };
  throw error;
});
// Behind whatever an engine printed.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
