// npm run test:stress [-- plain address thread] [--calls N | --seconds S] [--seed N]: thousands
// of random calls on one engine, some cancelled at random moments (native/test/stress).
import path from "node:path";
import { eachLine } from "./lib/command.mjs";
import { buildCore } from "./lib/core-tests.mjs";
import { ensureEngine } from "./lib/engine-source.mjs";
import { Failure, main } from "./lib/main.mjs";
import { sanitizers } from "./lib/sanitizers.mjs";
import { checkTools } from "./lib/tools.mjs";

const configurations = { plain: { options: {} }, ...sanitizers };

await main(async () => {
  const firstFlag = process.argv.findIndex((argument) => argument.startsWith("--"));
  const end = firstFlag === -1 ? process.argv.length : firstFlag;
  const names = process.argv.slice(2, end);
  const flags = process.argv.slice(end);
  const unknown = names.find((name) => !(name in configurations));
  if (unknown) throw new Failure(`${unknown}: use ${Object.keys(configurations).join(", ")}`);
  checkTools();
  ensureEngine();
  for (const name of names.length > 0 ? names : ["plain"]) {
    const { options, env, prefix = [] } = configurations[name];
    const folder = await buildCore(name, options, "abstractllm_stress");
    const program = path.join(folder, "native", "test", "abstractllm_stress");
    const command = [...prefix, program, ...flags];
    const settings = { env: { ...process.env, ...env } };
    const code = await eachLine(
      command[0],
      command.slice(1),
      (line) => console.log(line),
      settings,
    );
    if (code !== 0) throw new Failure(`${name}: the run failed, with exit code ${code}`);
  }
});
