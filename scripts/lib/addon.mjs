import fs from "node:fs";
import os from "node:os";
import { compileTargets, configureFolder } from "./cmake-js.mjs";
import { which } from "./command.mjs";
import { engine, engineDir } from "./engine-source.mjs";
import { hashFiles, hashText, listFiles } from "./hash.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";
import { compilerVersion } from "./tools.mjs";

const stampFile = inRoot("build", "addon.stamp");
const log = inRoot("build", "build.log");
const addon = inRoot("build", "Release", "abstractllm.node");

/** Same model name, fewer instructions: virtual machines hide some, so the flags count too. */
function cpuIdentity() {
  const model = os.cpus()[0]?.model ?? "";
  if (process.platform !== "linux") return model;
  const flags = /^(flags|Features)\s*:.*$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"));
  return `${model} ${hashText(flags?.[0] ?? "")}`;
}

/** What CMake decided once, at configure time: when it changes, build/ starts anew. */
function configuration() {
  return {
    cpu: cpuIdentity(),
    compiler: compilerVersion(),
    engine: `${engine.commit} ${engineDir()}`,
    generator: which("ninja") ? "ninja" : "make",
  };
}

/** What the build reads; make or ninja find out what of it is affected. */
function inputs() {
  const files = [inRoot("CMakeLists.txt"), inRoot("package-lock.json")];
  files.push(...listFiles(inRoot("native"), ["vendor"]));
  return hashText(`${process.versions.modules} ${hashFiles(files)}`);
}

export function addonIsCurrent(targets) {
  const stamp = readStamp(stampFile);
  return (
    stamp !== undefined &&
    targets.every((target) => stamp.targets.includes(target)) &&
    fs.existsSync(addon) &&
    stamp.inputs === inputs() &&
    JSON.stringify(stamp.configuration) === JSON.stringify(configuration())
  );
}

export async function ensureAddon(targets) {
  if (addonIsCurrent(targets)) return;
  const stamp = { configuration: configuration(), inputs: inputs(), targets };
  const before = readStamp(stampFile);
  const reconfigure = JSON.stringify(before?.configuration) !== JSON.stringify(stamp.configuration);
  if (reconfigure || !isConfigured()) await configure();
  // Recorded before compiling: an interrupted build goes on where it stopped.
  writeStamp(stampFile, { ...stamp, inputs: "", targets: [] });
  const kept = before?.inputs === stamp.inputs ? before.targets : [];
  await compileTargets("Compiling the engine and the addon", inRoot("build"), targets, log);
  writeStamp(stampFile, { ...stamp, targets: [...new Set([...kept, ...targets])] });
}

const isConfigured = () => fs.existsSync(inRoot("build", "CMakeCache.txt"));

/** From nothing: objects of another compiler or for another CPU must not be linked. */
async function configure() {
  for (const name of fs.existsSync(inRoot("build")) ? fs.readdirSync(inRoot("build")) : []) {
    if (/\.(log|stamp)$/.test(name)) continue;
    fs.rmSync(inRoot("build", name), { recursive: true, force: true });
  }
  await configureFolder("Configuring the native build", {
    out: inRoot("build"),
    options: { ABSTRACTLLM_ENGINE_DIR: engineDir() },
    log,
  });
}
