import path from "node:path";
import { compileTargets, configureFolder } from "./cmake-js.mjs";
import { engineDir } from "./engine-source.mjs";
import { portableOptions } from "./portable-target.mjs";

/** Builds `cmakeTarget` and what it needs, with further CMake options beside the usual ones. */
export async function buildPortable(target, cmakeTarget, extraOptions = {}) {
  const log = path.join(target.folder, "build.log");
  await configureFolder(`Configuring ${target.name}`, {
    out: target.buildFolder,
    arch: target.arch,
    options: { ...portableOptions(target, engineDir()), ...extraOptions },
    log,
  });
  await compileTargets(`Compiling ${target.name}`, target.buildFolder, [cmakeTarget], log);
}
