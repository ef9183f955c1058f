import os from "node:os";
import { longStep } from "./long-step.mjs";
import { inRoot, root } from "./paths.mjs";

/**
 * Configures a build folder through cmake-js, which knows where Node-API's headers
 * are. Building goes straight through CMake (see compileTargets).
 */
export async function configureFolder(title, { out, arch = os.arch(), options, log }) {
  const args = [
    inRoot("node_modules", "cmake-js", "bin", "cmake-js"),
    "configure",
    `--directory=${root}`,
    `--out=${out}`,
    `--arch=${arch}`,
  ];
  // ggml's kernels for Arm do not compile with Visual Studio's own compiler.
  if (process.platform === "win32" && arch === "arm64") args.push("--toolset=ClangCL");
  for (const [name, value] of Object.entries(options)) {
    if (value !== "") args.push(`--CD${name}=${value}`);
  }
  await longStep(title, process.execPath, args, { log });
}

/**
 * Not by cmake-js, which builds one target at a time and whose "compile" answers a
 * compiler error with a second full build.
 */
export async function compileTargets(title, folder, targets, log) {
  const args = ["--build", folder, "--config", "Release", "--target", ...targets];
  const env = { ...sharedCache, ...parallelLevel(), ...process.env };
  await longStep(title, "cmake", args, { log, env });
}

/**
 * Lets ccache know a file again in another clone: paths below the root count from the
 * build folder. It also keeps the builder's paths out of the binaries.
 */
const sharedCache = { CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: "true" };

/** One compiler per core, but no more than fit: the largest sources take 1.5 GB each. */
function parallelLevel() {
  const fitting = Math.floor(os.totalmem() / 1.5e9);
  const level = Math.max(1, Math.min(os.availableParallelism(), fitting));
  return { CMAKE_BUILD_PARALLEL_LEVEL: String(level) };
}
