import { which } from "./command.mjs";

/** CMake options, environment and prefix of programs under each sanitizer. */
export const sanitizers = {
  address: {
    options: { ABSTRACTLLM_SANITIZE: "address" },
    env: {
      ASAN_OPTIONS: "detect_stack_use_after_return=1:strict_string_checks=1",
      UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
    },
  },
  thread: {
    options: { ABSTRACTLLM_SANITIZE: "thread" },
    // New kernels place memory where the ThreadSanitizer of GCC 12 does not expect it.
    prefix: process.platform === "linux" && which("setarch") ? ["setarch", "-R"] : [],
  },
};
