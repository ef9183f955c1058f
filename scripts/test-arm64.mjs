// node scripts/test-arm64.mjs: the core's tests cross-compiled for Linux arm64 and run
// under qemu-user (Debian: g++-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user-static).
import { which } from "./lib/command.mjs";
import { testCore } from "./lib/core-tests.mjs";
import { reportCounts } from "./lib/counts.mjs";
import { ensureEngine } from "./lib/engine-source.mjs";
import { Failure, main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";
import { checkTools } from "./lib/tools.mjs";

await main(async () => {
  checkTools();
  if (!which("aarch64-linux-gnu-g++")) {
    throw new Failure("The cross compiler is needed: sudo apt-get install g++-aarch64-linux-gnu");
  }
  if (!which("qemu-aarch64-static") && !which("qemu-aarch64")) {
    throw new Failure("An emulator is needed: sudo apt-get install qemu-user-static");
  }
  ensureEngine();
  const toolchain = inRoot("native", "cmake", "toolchains", "linux-arm64.cmake");
  // Emulation is some thirty times slower than the CPU, so ctest's own limits do not fit.
  const args = ["--timeout", "3600"];
  reportCounts([await testCore("arm64", { options: { CMAKE_TOOLCHAIN_FILE: toolchain }, args })]);
});
