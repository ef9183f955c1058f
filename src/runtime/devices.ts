import { nativeRuntime } from "./native-runtime.js";

/** A device that can compute. */
export interface Device {
  /** "cpu", "cuda:0", "metal", "vulkan:1": as `device_map` takes it. */
  id: string;
  name: string;
  type: "cpu" | "gpu" | "integrated" | "accelerator";
  total_bytes: number;
  free_bytes: number;
}

/**
 * The devices of this machine.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE
 */
export function listDevices(): Device[] {
  return nativeRuntime()
    .binding.listDevices()
    .map(({ id, name, type, totalBytes, freeBytes }) => ({
      id,
      name,
      type,
      total_bytes: totalBytes,
      free_bytes: freeBytes,
    }));
}
