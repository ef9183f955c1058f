import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { NativeBindingError, errorFromNative } from "../errors.js";
import { unpackedPath } from "../internal/unpacked-path.js";
import type { NativeBinding } from "./binding.js";
import { explainLoadFailure } from "./diagnose.js";
import { packageRoot } from "./package-root.js";

const require = createRequire(import.meta.url);

let loaded: NativeBinding | undefined;

/**
 * The addon, loaded on first use: importing the package must not cost a binary.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE with what was tried and what helps
 */
export function loadBinding(): NativeBinding {
  loaded ??= requireBinding();
  return loaded;
}

function requireBinding(): NativeBinding {
  let binding: NativeBinding;
  let modulesDir: string;
  try {
    const nodeGypBuild = require("node-gyp-build") as { path(root: string): string };
    const path = nodeGypBuild.path(packageRoot());
    binding = require(path) as NativeBinding;
    // The modules for musl have the same names as those for glibc, so a folder of their own.
    const folder = dirname(path);
    modulesDir = unpackedPath(path.endsWith(".musl.node") ? join(folder, "musl") : folder);
  } catch (cause) {
    throw new NativeBindingError(explainLoadFailure(packageRoot(), cause), {
      cause,
      details: { platform: process.platform, arch: process.arch, node: process.version },
    });
  }
  const failure = binding.initialize(modulesDir);
  if (failure !== undefined) throw errorFromNative(failure);
  return binding;
}
