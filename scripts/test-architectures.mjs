// npm run test:architectures: every architecture that the engine can make a tiny random
// model of, alone and together. Takes minutes to compile; npm test does not run it.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./lib/build.mjs";
import { compileTargets } from "./lib/cmake-js.mjs";
import { captureOrFail, which } from "./lib/command.mjs";
import { reportCounts } from "./lib/counts.mjs";
import { engineDir } from "./lib/engine-source.mjs";
import { longStep } from "./lib/long-step.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";
import { withTempFolder } from "./lib/sandbox.mjs";

const folder = inRoot("build-architectures");
const log = path.join(folder, "build.log");
// Their graphs compute one token with cached ones otherwise than all of them at once, also
// without this package.
const NOT_EXACT = new Set(["cogvlm"]);
// Not continuing a text, but filling it in.
const NOT_GENERATING = new Set(["dream", "llada", "llada-moe", "rnd1"]);

await main(async () => {
  await build({ targets: ["abstractllm"] });
  const generator = await buildGenerator();
  const { HuggingFaceProvider } = await import(pathToFileURL(inRoot("lib", "index.js")).href);
  const counts = { passed: 0, failed: 0 };
  await withTempFolder(async (models) => {
    captureOrFail(generator, ["-o", `${models}${path.sep}`]);
    for (const name of fs.readdirSync(models).filter((file) => file.endsWith(".gguf"))) {
      const problem = await check(HuggingFaceProvider, path.join(models, name)).catch(String);
      console.log(`${name.padEnd(32)} ${problem ?? "ok"}`);
      counts[problem === undefined ? "passed" : "failed"] += 1;
    }
  });
  reportCounts([counts]);
});

async function buildGenerator() {
  const off = ["OPENSSL", "BUILD_SERVER", "BUILD_TOOLS", "BUILD_EXAMPLES", "BUILD_APP"];
  const options = [
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_OPENMP=OFF",
    "-DLLAMA_BUILD_TESTS=ON",
    ...off.map((name) => `-DLLAMA_${name}=OFF`),
    ...(which("ninja") ? ["-G", "Ninja"] : []),
  ];
  const configure = ["-S", engineDir(), "-B", folder, ...options];
  await longStep("Configuring the generator of models", "cmake", configure, { log });
  await compileTargets("Compiling the generator", folder, ["test-llama-archs"], log);
  return path.join(folder, "bin", `test-llama-archs${process.platform === "win32" ? ".exe" : ""}`);
}

/** What is wrong with a model, or undefined. */
async function check(HuggingFaceProvider, model) {
  const options = {
    temperature: 0,
    max_tokens: 8,
    apply_chat_template: false,
    context_window: 256,
  };
  const llm = new HuggingFaceProvider({ ...options, model, threads: 1 });
  const architecture = path.basename(model).replace(/-(?:dense|moe)\.gguf$/, "");
  try {
    if (NOT_GENERATING.has(architecture)) {
      const refusal = await llm.generate("a").catch((error) => error);
      return refusal.code === "UNSUPPORTED_FEATURE" ? undefined : `not refused: ${refusal}`;
    }
    return NOT_EXACT.has(architecture) ? await checkRuns(llm) : await checkSame(llm);
  } finally {
    await llm.cleanup();
  }
}

async function checkRuns(llm) {
  await Promise.all(["a b c", "d e f"].map((prompt) => llm.generate(prompt)));
}

async function checkSame(llm) {
  const tokens = Array.from({ length: 40 }, (_, index) => 3 + ((index * 7) % 100));
  const alone = await llm.score(tokens);
  const together = await Promise.all([
    llm.score(tokens),
    llm.score(tokens.slice(0, 20)),
    llm.score(tokens),
  ]);
  for (const { logprobs } of together) {
    const differences = logprobs.slice(1).map((p, i) => Math.abs(p - alone.logprobs[i + 1]));
    const worst = Math.max(...differences);
    if (!(worst < 0.01)) return `log-probabilities together differ by ${worst}`;
  }
  const prompt = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
  const { text } = await llm.generate(prompt).result();
  const others = ["a b c d", "a b c d e f g h i j", "z y x"].map((other) => llm.generate(other));
  const [again, many] = await Promise.all([
    llm.generate(prompt).result(),
    llm.generate(prompt, { n: 3 }).result(),
    ...others,
  ]);
  const reuses = (await llm.getResourceUsage()).prefix_reuse;
  if (again.text !== text) return `"${again.text}" instead of "${text}" beside others`;
  if (many.choices.some((choice) => choice.text !== text)) return "n: answers differ";
  if (reuses && again.usage.cached_tokens === 0) return "nothing was reused";
  return undefined;
}
