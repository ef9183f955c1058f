import type { ResolvedMaxMemory } from "../config/resolved-placement.js";
import { availableOn } from "../requirements/judge.js";
import type { DeviceRequirement } from "../requirements/types.js";
import { evictOne } from "./loaded-models.js";
import { memoryNow } from "./memory-facts.js";

/**
 * Frees idle models until there is room for what is to be loaded, the longest unused ones
 * first. What is not idle any more stays.
 */
export async function makeRoom(
  devices: readonly DeviceRequirement[],
  budgets: ResolvedMaxMemory,
): Promise<void> {
  for (const { device, needed_bytes } of devices) {
    while (isShort(device, needed_bytes, budgets)) {
      if (!(await evictOne(device))) break;
    }
  }
}

function isShort(device: string, needed: number, budgets: ResolvedMaxMemory): boolean {
  const facts = memoryNow(budgets).find(({ id }) => id === device);
  if (facts === undefined) return false;
  const available = availableOn({ ...facts, idle_bytes: 0 });
  return available !== undefined && available < needed;
}
