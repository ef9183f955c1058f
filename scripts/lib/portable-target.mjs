import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Failure } from "./main.mjs";
import { inRoot } from "./paths.mjs";

/**
 * For which machine a portable build is, and where its parts go. Another
 * architecture than ours is cross-compiled, which is set up for Linux arm64 only.
 */
export function portableTarget(arch = os.arch()) {
  const platform = os.platform();
  const isCross = arch !== os.arch();
  if (isCross && !(platform === "linux" && arch === "arm64")) {
    throw new Failure(`Cannot cross-compile ${platform}-${arch} on ${platform}-${os.arch()}`);
  }
  const isMusl = platform === "linux" && fs.existsSync("/etc/alpine-release");
  const name = `${platform}-${arch}`;
  const folder = inRoot("build-portable", isMusl ? `${name}-musl` : name);
  return {
    platform,
    arch,
    name,
    isCross,
    libc: platform === "linux" ? (isMusl ? "musl" : "glibc") : undefined,
    folder,
    // Inside a folder named build, because prebuildify looks for build/Release.
    buildFolder: path.join(folder, "build"),
    prebuilds: inRoot("prebuilds", name),
    // glibc's libraries lie beside the addon, musl's in a folder of their own: their
    // names are equal, and node-gyp-build wants both addons in one folder.
    libraryFolder: isMusl ? "musl" : "",
    strip: isCross ? "aarch64-linux-gnu-strip" : "strip",
  };
}

/** What the portable build of a target passes to CMake. */
export function portableOptions(target, engineDir) {
  const options = {
    ABSTRACTLLM_PORTABLE: "ON",
    ABSTRACTLLM_LIBRARY_FOLDER: target.libraryFolder,
    ABSTRACTLLM_ENGINE_DIR: engineDir,
  };
  if (target.isCross) {
    options.CMAKE_TOOLCHAIN_FILE = inRoot("native", "cmake", "toolchains", "linux-arm64.cmake");
  }
  return options;
}
