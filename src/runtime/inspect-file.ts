import { errorFromNative } from "../errors.js";
import type { NativeFailure, NativeInspection } from "../native/binding.js";
import type { NativeCheckpointPlan } from "../native/checkpoint-plan.js";
import { nativeRuntime } from "./native-runtime.js";

/**
 * What the headers of a GGUF file say, or of a checkpoint as it would be loaded. They are read
 * off this thread.
 *
 * @param path absolute, of a GGUF file or of the folder of a checkpoint
 * @param plan of the checkpoint
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function inspectFile(
  path: string,
  plan?: NativeCheckpointPlan,
): Promise<NativeInspection> {
  return await nativeRuntime()
    .binding.inspect(path, plan)
    .catch((failure: unknown) => {
      throw errorFromNative(failure as NativeFailure);
    });
}
