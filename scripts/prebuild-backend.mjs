// node scripts/prebuild-backend.mjs cuda|vulkan: the engine's module for one kind of GPU,
// into packages/<backend>-<platform>-<arch>. It links to the same ggml as the addon of
// `npm run prebuild`, so both have to be of one version of this repository.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { captureOrFail, which } from "./lib/command.mjs";
import { engineDir, ensureEngine } from "./lib/engine-source.mjs";
import { Failure, main } from "./lib/main.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inRoot } from "./lib/paths.mjs";
import { buildPortable } from "./lib/portable-build.mjs";
import { portableTarget } from "./lib/portable-target.mjs";
import { checkTools } from "./lib/tools.mjs";

const backends = {
  cuda: {
    tool: "nvcc",
    hint: "the CUDA toolkit (nvcc) is needed: developer.nvidia.com/cuda-downloads",
    // The collective library is for several machines and not part of the toolkit.
    options: { GGML_CUDA: "ON", GGML_CUDA_NCCL: "OFF" },
  },
  vulkan: {
    tool: "glslc",
    hint: "Vulkan's compiler and headers are needed: vulkan.lunarg.com/sdk, 1.3.272 or later",
    options: { GGML_VULKAN: "ON" },
    assertTools: assertCooperativeMatrices,
  },
};

/**
 * Two of the engine's shaders need an extension that older compilers do not know, and their
 * headers lack types that it uses. Told before an hour of compiling, not in its middle.
 */
function assertCooperativeMatrices() {
  const shaders = path.join(engineDir(), "ggml", "src", "ggml-vulkan", "vulkan-shaders");
  const test = path.join(shaders, "feature-tests", "coopmat.comp");
  const args = ["-fshader-stage=compute", "--target-env=vulkan1.3", test, "-o", os.devNull];
  const { status } = spawnSync("glslc", args, { stdio: "ignore" });
  if (status === 0) return;
  throw new Failure(
    "glslc is too old for the engine's shaders. The Vulkan SDK 1.3.272 or later has what is " +
      "needed (vulkan.lunarg.com/sdk); Debian 12's packages are older.",
  );
}

await main(async () => {
  const name = process.argv[2];
  const backend = backends[name];
  if (!backend) throw new Failure(`Name a backend: ${Object.keys(backends).join(" or ")}`);
  const target = portableTarget();
  const folder = inRoot("packages", `${name}-${target.name}`);
  if (!fs.existsSync(folder)) throw new Failure(`There is no packages/${name}-${target.name}`);
  checkTools();
  if (!which(backend.tool)) throw new Failure(backend.hint);
  await ensurePackages();
  ensureEngine();
  backend.assertTools?.();
  // A folder of its own: in the addon's, the module would become part of every build.
  const own = path.join(target.folder, name);
  const buildFolder = path.join(own, "build");
  await buildPortable({ ...target, folder: own, buildFolder }, `ggml-${name}`, backend.options);
  const module = `libggml-${name}.so`;
  const result = path.join(folder, "prebuilds", module);
  fs.mkdirSync(path.dirname(result), { recursive: true });
  fs.copyFileSync(path.join(buildFolder, "Release", module), result);
  captureOrFail(target.strip, ["--strip-all", result]);
  const megabytes = (fs.statSync(result).size / 1e6).toFixed(2);
  console.log(`${megabytes} MB  ${path.relative(inRoot(), result)}`);
});
