import path from "node:path";
import { which } from "./command.mjs";
import { compileTargets } from "./cmake-js.mjs";
import { engineDir } from "./engine-source.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot, root } from "./paths.mjs";
import { runCtest } from "./run-ctest.mjs";

/**
 * Builds the core's tests in build-<name>/ with plain CMake, that is without the
 * addon, and runs them. Resolves to {passed, failed}.
 */
export async function testCore(name, { options, env, prefix, args }) {
  const folder = await buildCore(name, options, "abstractllm_tests");
  return runCtest(folder, { env, prefix, args });
}

/** Builds one of the core's test programs in build-<name>/; resolves to that folder. */
export async function buildCore(name, options, target) {
  const folder = inRoot(`build-${name}`);
  const log = path.join(folder, "build.log");
  const settings = { CMAKE_BUILD_TYPE: "RelWithDebInfo", ABSTRACTLLM_ENGINE_DIR: engineDir() };
  const configure = ["-S", root, "-B", folder, ...(which("ninja") ? ["-G", "Ninja"] : [])];
  for (const [key, value] of Object.entries({ ...settings, ...options })) {
    configure.push(`-D${key}=${value}`);
  }
  await longStep(`Configuring the ${name} tests`, "cmake", configure, { log });
  await compileTargets(`Compiling the ${name} tests`, folder, [target], log);
  return folder;
}
