import { packageVersion } from "../native/package-root.js";
import { nativeRuntime } from "../runtime/native-runtime.js";

/** The versions of the package and of its engine, which may not be there. */
export function versionLines(): string[] {
  return [`abstractllm ${packageVersion()}`, `engine: ${engineVersion()}`];
}

function engineVersion(): string {
  try {
    return `llama.cpp ${nativeRuntime().binding.engineVersion}`;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}
