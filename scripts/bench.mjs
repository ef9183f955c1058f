// npm run bench: measures this package, beside llama-bench from the same engine tree,
// on the same generated model, alternating. Nothing is downloaded.
//   --quick  fewer repetitions      --json  only JSON on standard output
import { build } from "./lib/build.mjs";
import { buildBenchTools } from "./lib/bench-tools.mjs";
import { main } from "./lib/main.mjs";
import { measureAll } from "../bench/measure-all.mjs";
import { printReport } from "../bench/report.mjs";

await main(async () => {
  const flags = process.argv.slice(2);
  await build();
  const tools = await buildBenchTools();
  const results = await measureAll(tools, { rounds: flags.includes("--quick") ? 2 : 5 });
  if (flags.includes("--json")) console.log(JSON.stringify(results, null, 2));
  else printReport(results);
});
