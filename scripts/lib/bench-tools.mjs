import fs from "node:fs";
import path from "node:path";
import { compileTargets } from "./cmake-js.mjs";
import { captureOrFail, which } from "./command.mjs";
import { engineDir } from "./engine-source.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot, root } from "./paths.mjs";

const folder = inRoot("build-bench");
const log = path.join(folder, "build.log");
const ending = process.platform === "win32" ? ".exe" : "";

/** Builds llama-bench and the model generator, and generates the models. */
export async function buildBenchTools() {
  const llamaBench = await buildLlamaBench();
  const makeModel = await buildGenerator();
  const models = {};
  for (const type of ["q8_0", "q4_0"]) {
    models[type] = path.join(folder, `qwen2-0.5b-random-${type}.gguf`);
    if (!fs.existsSync(models[type])) captureOrFail(makeModel, [models[type], type]);
  }
  return { llamaBench, models };
}

async function buildLlamaBench() {
  const out = path.join(folder, "llama.cpp");
  const off = ["OPENSSL", "BUILD_SERVER", "BUILD_TESTS", "BUILD_EXAMPLES", "BUILD_APP", "BUILD_UI"];
  await configure("llama-bench", engineDir(), out, [
    "-DBUILD_SHARED_LIBS=OFF",
    ...off.map((name) => `-DLLAMA_${name}=OFF`),
  ]);
  await compileTargets("Compiling llama-bench", out, ["llama-bench"], log);
  return path.join(out, "bin", `llama-bench${ending}`);
}

async function buildGenerator() {
  const out = path.join(folder, "core");
  await configure("the model generator", root, out, [`-DABSTRACTLLM_ENGINE_DIR=${engineDir()}`]);
  await compileTargets("Compiling the model generator", out, ["make_model"], log);
  return path.join(out, "native", "bench", `make_model${ending}`);
}

async function configure(what, source, out, options) {
  if (fs.existsSync(path.join(out, "CMakeCache.txt"))) return;
  const launcher = which("ccache")
    ? ["C", "CXX"].map((l) => `-DCMAKE_${l}_COMPILER_LAUNCHER=ccache`)
    : [];
  const generator = which("ninja") ? ["-G", "Ninja"] : [];
  const args = ["-S", source, "-B", out, "-DCMAKE_BUILD_TYPE=Release"];
  await longStep(`Configuring ${what}`, "cmake", [...args, ...generator, ...launcher, ...options], {
    log,
  });
}
