import fs from "node:fs";
import path from "node:path";
import { build } from "./build.mjs";
import { compileTargets } from "./cmake-js.mjs";
import { which } from "./command.mjs";
import { engineDir } from "./engine-source.mjs";
import { hashFiles, hashText } from "./hash.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";
import { compilerVersion } from "./tools.mjs";

const folder = inRoot("build-bench");
const peers = path.join(folder, "peers");
const log = path.join(folder, "build.log");
const peersStamp = path.join(folder, "peers.stamp");
const ending = process.platform === "win32" ? ".exe" : "";

/** Builds the package with its measuring tools; resolves to their paths. */
export async function buildOwnTools() {
  await build({ targets: ["abstractllm", "core_bench", "make_model", "load_checkpoint"] });
  const tool = (name) => inRoot("build", "native", "bench", `${name}${ending}`);
  return {
    coreBench: tool("core_bench"),
    makeModel: tool("make_model"),
    loadCheckpoint: tool("load_checkpoint"),
  };
}

/** Builds the engine's own programs; resolves to their paths. */
export async function buildEngineTools() {
  const out = path.join(peers, "bin");
  const project = inRoot("native", "bench", "peers");
  const flags = inRoot("native", "cmake", "native_cpu.cmake");
  const sources = hashFiles([path.join(project, "CMakeLists.txt"), flags]);
  const inputs = hashText(`${sources} ${engineDir()} ${compilerVersion()}`);
  // CMake does not rethink what it has in its cache.
  if (readStamp(peersStamp)?.inputs !== inputs) fs.rmSync(peers, { recursive: true, force: true });
  if (!fs.existsSync(path.join(peers, "CMakeCache.txt"))) await configure(project);
  writeStamp(peersStamp, { inputs });
  await compileTargets("Compiling the engine's programs", peers, ["bench_peers"], log);
  const tool = (name) => path.join(out, `${name}${ending}`);
  return {
    llamaBench: tool("llama-bench"),
    llamaServer: tool("llama-server"),
    llamaEmbedding: tool("llama-embedding"),
  };
}

async function configure(project) {
  const launcher = which("ccache")
    ? ["C", "CXX"].map((l) => `-DCMAKE_${l}_COMPILER_LAUNCHER=ccache`)
    : [];
  const generator = which("ninja") ? ["-G", "Ninja"] : [];
  const args = ["-S", project, "-B", peers, `-DABSTRACTLLM_ENGINE_DIR=${engineDir()}`];
  await longStep(
    "Configuring the engine's programs",
    "cmake",
    [...args, ...generator, ...launcher],
    {
      log,
    },
  );
}
