import { ResourceError } from "../errors.js";
import { formatBytes } from "../internal/format-bytes.js";
import type { DeviceRequirement, SystemRequirements } from "./types.js";

/** What loading a model fails with that does not fit: the verdict with all its numbers. */
export function doesNotFit(model: string, requirements: SystemRequirements): ResourceError {
  const { reason = "", devices, remedies, context_window } = requirements;
  const short = shortest(devices);
  const words = remedies.map((remedy) => remedy.words);
  return new ResourceError(
    `${model} does not fit into memory with a context of ${String(context_window)} tokens. ` +
      `${reason} ${partsOf(short)}${words[0] ?? ""}`,
    {
      details: {
        path: model,
        ...(short === undefined
          ? {}
          : {
              device: short.device,
              needed_bytes: short.needed_bytes,
              available_bytes: short.available_bytes,
            }),
        remedies: words,
        requirements,
      },
    },
  );
}

/** The device that lacks most. */
export function shortest(devices: readonly DeviceRequirement[]): DeviceRequirement | undefined {
  const lack = (device: DeviceRequirement): number => device.needed_bytes - device.available_bytes;
  return [...devices].sort((a, b) => lack(b) - lack(a))[0];
}

function partsOf(short: DeviceRequirement | undefined): string {
  if (short === undefined) return "";
  const { weights, kv_cache } = short.parts;
  return `Weights take ${formatBytes(weights)}, the KV cache ${formatBytes(kv_cache)}. `;
}
