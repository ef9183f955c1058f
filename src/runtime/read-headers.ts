import { errorFromNative } from "../errors.js";
import type { NativeFailure } from "../native/binding.js";
import type { NativeSafetensors, NativeSourceTensor } from "../native/checkpoint-plan.js";
import { nativeRuntime } from "./native-runtime.js";

/**
 * The tensors of safetensors files, whose headers are read off this thread.
 *
 * @param files absolute paths
 * @throws {ModelLoadingError} MODEL_LOADING
 */
export async function readHeaders(files: readonly string[]): Promise<NativeSourceTensor[]> {
  const { binding } = nativeRuntime();
  const headers = await binding.readSafetensors([...files]).catch((failure: unknown) => {
    throw errorFromNative(failure as NativeFailure);
  });
  return listTensors(headers);
}

/** One object per tensor: a few milliseconds for tens of thousands. */
function listTensors(headers: NativeSafetensors): NativeSourceTensor[] {
  const { names, files, types, typeOf, dimensions, shapes } = headers;
  if (files.length === 0) return [];
  let at = 0;
  return names.split("\0").map((name, index) => {
    const end = at + (dimensions[index] ?? 0);
    const shape = Array.from(shapes.subarray(at, end));
    at = end;
    return { name, file: files[index] ?? 0, dtype: types[typeOf[index] ?? 0] ?? "", shape };
  });
}
