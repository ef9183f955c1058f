// npm run bench: measures this package beside its peers, on the same generated models, in
// turns. --help lists the options. The packages to compare with are installed into
// bench/node_modules on the first run; no model is downloaded.
import fs from "node:fs";
import { SCENARIOS } from "../bench/scenarios/index.mjs";
import { runAll } from "../bench/run.mjs";
import { asText } from "../bench/report/table.mjs";
import { benchModels } from "./lib/bench-models.mjs";
import { help, parseOptions } from "./lib/bench-options.mjs";
import { ensureBenchPeers, peerVersion } from "./lib/bench-peers.mjs";
import { writeReport } from "./lib/bench-report.mjs";
import { buildEngineTools, buildOwnTools } from "./lib/bench-tools.mjs";
import { engine } from "./lib/engine-source.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";
import { writeStamp } from "./lib/stamp.mjs";

await main(async () => {
  const { plan, report, json, help: asked } = parseOptions(process.argv.slice(2));
  if (asked) return console.log(help);
  const own = await buildOwnTools();
  const tools = { ...own, ...(await buildEngineTools()) };
  const problem = await ensureBenchPeers();
  if (problem) console.error(problem);
  const models = benchModels(own, modelNames(plan), plan);
  const onStep = (words) => console.error(words);
  // A run takes long: what there is of an interrupted one is kept.
  const onResults = (results) => writeStamp(inRoot("build-bench", "results.json"), results);
  const results = await runAll({ plan, tools, models, versions: versions(), onStep, onResults });
  if (json) console.log(JSON.stringify(results, null, 2));
  else console.log(asText(results));
  if (report) console.error(`${await writeReport(results)} is written`);
});

function modelNames({ scenarios }) {
  const chosen = SCENARIOS.filter(({ name }) => scenarios?.includes(name) ?? true);
  return new Set(["qwen2-0.5b-q4_0", ...chosen.flatMap((scenario) => scenario.models)]);
}

function versions() {
  const { version } = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
  return {
    ours: version,
    "llama-bench": engine.tag,
    "llama-server": engine.tag,
    "llama-embedding": engine.tag,
    "node-llama-cpp": peerVersion("node-llama-cpp"),
    "llama.node": peerVersion("@fugood/llama.node"),
    "transformers.js": peerVersion("@huggingface/transformers"),
    "our-tokenizer": version,
    tokenizers: peerVersion("tokenizers"),
    "tokenizers.js": peerVersion("@huggingface/tokenizers"),
  };
}
