import type { ResolvedMaxMemory } from "../config/resolved-placement.js";
import type { NativeDevice, NativeDeviceMemory } from "../native/binding.js";
import { availableOn, type DeviceMemoryFacts } from "../requirements/judge.js";
import { CPU } from "../placement/assignment.js";
import type { DeviceSpace } from "../placement/facts.js";
import { idleBytes, promisedBytes, type Evictable } from "./loaded-models.js";
import { nativeRuntime } from "./native-runtime.js";

/** What drivers take beside what is asked of them, and what fragments: a share, at most so much. */
const GPU_MARGIN = 0.05;
const MOST_GPU_MARGIN = 512 * 2 ** 20;

/**
 * The memory of every device, now.
 * @param own a model whose memory counts as free, being what the question is about
 */
export function memoryNow(budgets: ResolvedMaxMemory, own?: Evictable): DeviceMemoryFacts[] {
  const { binding } = nativeRuntime();
  const used = binding.usedMemory();
  return binding.listDevices().map((device) => ({
    id: device.id,
    total_bytes: device.totalBytes,
    free_bytes: freeBytes(device),
    promised_bytes: promisedBytes(device.id),
    idle_bytes: idleBytes(device.id, own),
    used_bytes: sumOf(used.find(({ id }) => id === device.id)),
    budget_bytes: budgets[device.id],
  }));
}

/** The devices that take whole layers, beside the CPU. */
export function layerDevices(devices: readonly NativeDevice[]): string[] {
  const gpus = devices.filter(({ type }) => type === "gpu");
  const integrated = devices.filter(({ type }) => type === "integrated");
  return (gpus.length > 0 ? gpus : integrated).map(({ id }) => id);
}

export function spacesOf(
  ids: readonly string[],
  memory: readonly DeviceMemoryFacts[],
): DeviceSpace[] {
  return ids.flatMap((id) => {
    const facts = memory.find((device) => device.id === id);
    const spendable_bytes = facts === undefined ? undefined : availableOn(facts);
    return spendable_bytes === undefined ? [] : [{ id, spendable_bytes }];
  });
}

function freeBytes({ id, freeBytes: free }: NativeDevice): number {
  if (id === CPU) return free;
  return Math.floor(free - Math.min(free * GPU_MARGIN, MOST_GPU_MARGIN));
}

function sumOf(memory: NativeDeviceMemory | undefined): number {
  if (memory === undefined) return 0;
  return memory.weightsBytes + memory.kvCacheBytes + memory.computeBytes;
}
