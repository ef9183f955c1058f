// npm test: builds, runs the core's tests (ctest) and the package's (mocha).
// Arguments go to mocha: npm test -- --grep "stop strings"
import { build } from "./lib/build.mjs";
import { reportCounts } from "./lib/counts.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";
import { runCtest } from "./lib/run-ctest.mjs";
import { runMocha } from "./lib/run-mocha.mjs";

await main(async () => {
  await build({ targets: ["abstractllm", "abstractllm_tests"] });
  const core = await runCtest(inRoot("build"));
  const whole = await runMocha(process.argv.slice(2));
  reportCounts([core, whole]);
});
