// npm run test:sanitizers [-- address thread valgrind]: the core's tests under
// AddressSanitizer with UndefinedBehaviorSanitizer, ThreadSanitizer, and valgrind.
import { which } from "./lib/command.mjs";
import { testCore } from "./lib/core-tests.mjs";
import { reportCounts } from "./lib/counts.mjs";
import { ensureEngine } from "./lib/engine-source.mjs";
import { Failure, main } from "./lib/main.mjs";
import { sanitizers } from "./lib/sanitizers.mjs";
import { checkTools } from "./lib/tools.mjs";

const isLinux = process.platform === "linux";

const valgrind = [
  "valgrind",
  "--quiet",
  "--error-exitcode=99",
  "--leak-check=full",
  "--errors-for-leak-kinds=definite",
  "--num-callers=30",
  // Valgrind runs one thread at a time; without this a spinning one starves the others.
  "--fair-sched=yes",
];

const configurations = {
  ...sanitizers,
  valgrind: {
    options: {
      // Valgrind 3.19 knows no AVX-512. As a cross build the engine asks for no more
      // than what is named here, and ctest starts everything through valgrind.
      CMAKE_SYSTEM_NAME: "Linux",
      CMAKE_SYSTEM_PROCESSOR: process.arch === "x64" ? "x86_64" : "aarch64",
      CMAKE_CROSSCOMPILING_EMULATOR: valgrind.join(";"),
      ...(process.arch === "x64" ? { GGML_SSE42: "ON", GGML_AVX: "ON", GGML_AVX2: "ON" } : {}),
      ...(process.arch === "x64" ? { GGML_FMA: "ON", GGML_F16C: "ON", GGML_BMI2: "ON" } : {}),
    },
  },
};

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in configurations));
  if (unknown) throw new Failure(`${unknown}: use ${Object.keys(configurations).join(", ")}`);
  checkTools();
  ensureEngine();
  const results = [];
  for (const name of names.length > 0 ? names : Object.keys(configurations)) {
    if (name === "valgrind" && !(isLinux && which("valgrind"))) {
      console.log("valgrind: skipped, it is not installed here");
      continue;
    }
    results.push(await testCore(name, configurations[name]));
  }
  reportCounts(results);
});
