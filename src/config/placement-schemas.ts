import * as z from "zod/mini";
import { isPlainObject } from "../internal/is-plain-object.js";
import { deviceIdOf, isDeviceName } from "./device-name.js";
import { parseSize } from "./memory-size.js";
import type { DeviceId, ResolvedDeviceMap, ResolvedMaxMemory } from "./resolved-placement.js";

export const DEVICE_MAP_WORDS =
  '"auto", a device ("cpu", "cuda", "cuda:1", "metal", "mps", "vulkan:0"), or an object from module names to devices';

export const MAX_MEMORY_WORDS =
  'an object from devices to sizes, which are bytes or strings such as "4GiB"';

// More than any model has.
const MAX_MODULES = 4096;

export function deviceMapSchema(): z.ZodMiniType<ResolvedDeviceMap> {
  const device = z.pipe(
    z.string().check(z.refine((text) => isDeviceName(text))),
    z.transform((text) => deviceOf(text)),
  );
  // As accelerate numbers GPUs.
  const numbered = z.pipe(
    z.int().check(z.gte(0), z.lte(999)),
    z.transform((index) => `cuda:${String(index)}`),
  );
  const modules = z.record(z.string(), z.union([device, numbered]));
  return z.union([
    z.literal("auto"),
    device,
    z.pipe(
      modules.check(z.refine((map) => isFilled(map))),
      z.transform((map) => Object.freeze({ ...map })),
    ),
  ]);
}

/** Not of zod's records, whose keys would keep their spelling. */
export function maxMemorySchema(): z.ZodMiniType<ResolvedMaxMemory> {
  return z.pipe(
    z.custom<Readonly<Record<string, number | string>>>(isMaxMemory),
    z.transform((given) => {
      const sizes = Object.entries(given).map(([name, size]) => [deviceOf(name), bytesOf(size)]);
      return Object.freeze(Object.fromEntries(sizes) as Record<DeviceId, number>);
    }),
  );
}

export function keepAliveSchema(): z.ZodMiniType<number> {
  // z.number() has no Infinity.
  return z.custom<number>((value) => typeof value === "number" && value >= 0);
}

function isFilled(map: object): boolean {
  const count = Object.keys(map).length;
  return count > 0 && count <= MAX_MODULES;
}

function isMaxMemory(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  return Object.entries(value).every(
    ([name, size]) => isDeviceName(name) && bytesOf(size) !== undefined,
  );
}

function bytesOf(size: unknown): number | undefined {
  if (typeof size === "string") return parseSize(size);
  return Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : undefined;
}

function deviceOf(name: string): DeviceId {
  return isDeviceName(name) ? deviceIdOf(name) : name;
}
