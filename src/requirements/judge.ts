import { formatBytes } from "../internal/format-bytes.js";
import type { DeviceRequirement, MemoryParts, FitVerdict } from "./types.js";

/** What is known of a device's memory, in bytes. */
export interface DeviceMemoryFacts {
  readonly id: string;
  /** 0 where the device does not say. */
  readonly total_bytes: number;
  readonly free_bytes: number;
  /** Promised to models that are being loaded. */
  readonly promised_bytes: number;
  /** Taken by models of this process. */
  readonly used_bytes: number;
  /** Of it, by models that give it back when another needs it. */
  readonly idle_bytes: number;
  readonly budget_bytes: number | undefined;
}

export interface DeviceNeed {
  readonly device: string;
  readonly parts: MemoryParts;
}

export interface Judgement {
  readonly verdict: FitVerdict;
  readonly reason: string | undefined;
  readonly devices: DeviceRequirement[];
  /** The device that lacks most. */
  readonly short: DeviceRequirement | undefined;
}

export function totalOf({ weights, kv_cache, compute, media, other }: MemoryParts): number {
  return weights + kv_cache + compute + media + other;
}

/** What a model may take on a device; undefined where nobody knows. */
export function availableOn(facts: DeviceMemoryFacts): number | undefined {
  const { total_bytes, free_bytes, promised_bytes, used_bytes, idle_bytes, budget_bytes } = facts;
  const free =
    total_bytes === 0 ? undefined : Math.max(0, free_bytes + idle_bytes - promised_bytes);
  if (budget_bytes === undefined) return free;
  const left = Math.max(0, budget_bytes - used_bytes + idle_bytes - promised_bytes);
  return free === undefined ? left : Math.min(free, left);
}

/** Holds what a model needs against what there is. Pure. */
export function judge(
  needs: readonly DeviceNeed[],
  memory: readonly DeviceMemoryFacts[],
): Judgement {
  const devices: DeviceRequirement[] = [];
  const unknown: string[] = [];
  let short: DeviceRequirement | undefined;
  for (const { device, parts } of needs) {
    const facts = memory.find(({ id }) => id === device);
    const available = facts === undefined ? undefined : availableOn(facts);
    if (available === undefined) unknown.push(device);
    const requirement: DeviceRequirement = {
      device,
      needed_bytes: totalOf(parts),
      parts,
      available_bytes: available ?? 0,
      budget_bytes: facts?.budget_bytes,
      used_bytes: (facts?.used_bytes ?? 0) - (facts?.idle_bytes ?? 0),
    };
    devices.push(requirement);
    if (available !== undefined && lackOf(requirement) > lackOf(short)) short = requirement;
  }
  if (short !== undefined) {
    return { verdict: "does_not_fit", reason: reasonOf(short), devices, short };
  }
  if (unknown.length === 0) return { verdict: "fits", reason: undefined, devices, short };
  const reason = `${unknown.join(", ")} does not say how much memory it has.`;
  return { verdict: "unknown", reason, devices, short };
}

function lackOf(requirement: DeviceRequirement | undefined): number {
  if (requirement === undefined) return 0;
  return requirement.needed_bytes - requirement.available_bytes;
}

function reasonOf({
  device,
  needed_bytes,
  available_bytes,
  budget_bytes,
  used_bytes,
}: DeviceRequirement): string {
  const needs = `It takes ${formatBytes(needed_bytes)} on ${device}`;
  const left = formatBytes(available_bytes);
  if (budget_bytes === undefined) return `${needs}, of which ${left} are free.`;
  const others = used_bytes === 0 ? "" : `, of which other models take ${formatBytes(used_bytes)}`;
  return `${needs}; max_memory is ${formatBytes(budget_bytes)}${others}, and leaves ${left}.`;
}
