import type { DeviceName } from "./types-placement.js";

const DEVICE = /^(?:cpu|metal|mps|(?:cuda|vulkan)(?::\d{1,3})?)$/;

/** Names that a device map can have, for suggestions. */
export const DEVICE_NAMES: readonly string[] = ["auto", "cpu", "cuda", "metal", "mps", "vulkan"];

/** Names of other packages, and what they mean here. */
export const DEVICE_ALIASES: Readonly<Record<string, string>> = {
  gpu: "auto",
  balanced: "auto",
  sequential: "auto",
  nvidia: "cuda",
  amd: "vulkan",
  rocm: "vulkan",
  hip: "vulkan",
  intel: "vulkan",
  apple: "metal",
};

/** Whether `device_map` takes a text as the name of one device. */
export function isDeviceName(text: string): text is DeviceName {
  return DEVICE.test(text);
}

/** The id that listDevices() has for a device: "cuda" is "cuda:0", "mps" is "metal". */
export function deviceIdOf(name: DeviceName): string {
  if (name === "mps") return "metal";
  return name === "cuda" || name === "vulkan" ? `${name}:0` : name;
}
