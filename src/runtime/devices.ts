import { isDeviceName } from "../config/device-name.js";
import type { DeviceName } from "../config/types.js";
import { nativeRuntime } from "./native-runtime.js";

/** A device that can compute. */
export interface Device {
  /** "cpu", "cuda:0", "metal", "vulkan:1": as `device_map` takes it. */
  id: DeviceName;
  name: string;
  type: "cpu" | "gpu" | "integrated" | "accelerator";
  total_bytes: number;
  free_bytes: number;
}

/**
 * The devices of this machine that a model can be put on.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE
 */
export function listDevices(): Device[] {
  return nativeRuntime()
    .binding.listDevices()
    .flatMap(({ id, name, type, totalBytes, freeBytes }) =>
      // Others, such as "blas", are helpers of the CPU.
      isDeviceName(id) ? [{ id, name, type, total_bytes: totalBytes, free_bytes: freeBytes }] : [],
    );
}
