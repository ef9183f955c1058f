// npm run prebuild [-- --arch arm64]: the addon for machines other than this one, in
// prebuilds/<platform>-<arch>, with the engine's CPU variants as modules beside it.
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureEngine } from "./lib/engine-source.mjs";
import { listFiles } from "./lib/hash.mjs";
import { Failure, main } from "./lib/main.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inRoot } from "./lib/paths.mjs";
import { portableTarget } from "./lib/portable-target.mjs";
import { checkTools } from "./lib/tools.mjs";
import { ensureTypescript } from "./lib/typescript.mjs";

const isWindows = process.platform === "win32";

function shim() {
  if (!isWindows) return inRoot("scripts", "lib", "prebuild-shim.sh");
  return `"${process.execPath}" "${inRoot("scripts", "lib", "prebuild-shim.mjs")}"`;
}

async function prebuildify(options) {
  const { default: run } = await import("prebuildify");
  await new Promise((resolve, reject) => {
    run(options, (error) => (error ? reject(new Failure(error.message)) : resolve()));
  });
}

/** Two dead ends of Intel's: the next smaller variant serves them, and everybody downloads less. */
const RARE = /ggml-cpu-(?:cannonlake|cooperlake)\./;

/** Into prebuilds/, where the other libc's files of the same architecture stay. */
function install(staged, target) {
  const libraries = path.join(target.prebuilds, target.libraryFolder);
  fs.mkdirSync(libraries, { recursive: true });
  for (const entry of fs.readdirSync(libraries, { withFileTypes: true })) {
    if (entry.isFile() && !entry.name.endsWith(".node"))
      fs.rmSync(path.join(libraries, entry.name));
  }
  for (const file of listFiles(staged)) {
    if (RARE.test(file)) continue;
    const folder = file.endsWith(".node") ? target.prebuilds : libraries;
    fs.copyFileSync(file, path.join(folder, path.basename(file)));
  }
}

await main(async () => {
  const { values } = parseArgs({ options: { arch: { type: "string" } } });
  const target = portableTarget(values.arch);
  checkTools();
  await ensurePackages();
  ensureEngine();
  const staging = path.join(target.folder, "staging");
  fs.rmSync(staging, { recursive: true, force: true });
  fs.mkdirSync(target.folder, { recursive: true });
  await prebuildify({
    name: "abstractllm",
    cwd: target.folder,
    out: staging,
    arch: target.arch,
    napi: true,
    targets: [process.versions.node],
    strip: true,
    stripBin: target.strip,
    tagLibc: target.libc ?? false,
    libc: target.libc,
    nodeGyp: shim(),
  });
  install(path.join(staging, "prebuilds", target.name), target);
  // The other half of what `npm pack` takes.
  await ensureTypescript();
  let total = 0;
  for (const file of listFiles(target.prebuilds)) {
    const { size } = fs.statSync(file);
    total += size;
    console.log(`${(size / 1e6).toFixed(2).padStart(6)} MB  ${path.relative(inRoot(), file)}`);
  }
  console.log(`${(total / 1e6).toFixed(2).padStart(6)} MB  together`);
});
