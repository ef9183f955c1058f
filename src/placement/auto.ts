import { allOn, CPU, type Assignment } from "./assignment.js";
import type { DeviceSpace, ModelFacts } from "./facts.js";

/**
 * As much of a model as fits on devices beside the CPU: on the largest one that takes all of
 * it, else on all of them in their order, the CPU taking what is left at its beginning. Of a
 * mixture of experts, experts go to the CPU before whole layers do: few of them compute at a
 * time. Pure; never more on a device than it has room for.
 */
export function assignAutomatically(
  facts: ModelFacts,
  devices: readonly DeviceSpace[],
): Assignment {
  const bySize = [...devices].sort((a, b) => b.spendable_bytes - a.spendable_bytes);
  for (const device of bySize) {
    const packed = pack(facts, [device], "all");
    if (isWhole(packed)) return packed;
  }
  const packed = pack(facts, devices, "all");
  if (isWhole(packed) || !facts.layers.some(({ expert_bytes }) => expert_bytes > 0)) return packed;
  return addExperts(facts, devices, pack(facts, devices, "without experts"));
}

function isWhole({ layers, output }: Assignment): boolean {
  return output !== CPU && layers.every((device) => device !== CPU);
}

/**
 * From the end of the model backwards, which is the order in which the engine takes layers
 * from the CPU: the last device gets the output and the last layers, and so on.
 */
function pack(
  facts: ModelFacts,
  devices: readonly DeviceSpace[],
  what: "all" | "without experts",
): Assignment {
  const layers = facts.layers.map(() => CPU);
  let output = CPU;
  const queue = [...devices];
  let device = queue.pop();
  let room = roomOn(device, facts);
  const place = (bytes: number): string | undefined => {
    while (device !== undefined && bytes > room) {
      device = queue.pop();
      room = roomOn(device, facts);
    }
    if (device === undefined) return undefined;
    room -= bytes;
    return device.id;
  };
  output = place(facts.output_bytes) ?? CPU;
  for (let index = layers.length - 1; index >= 0 && output !== CPU; index--) {
    const { weights_bytes, expert_bytes } = facts.layers[index] ?? EMPTY;
    const weights = what === "all" ? weights_bytes : weights_bytes - expert_bytes;
    const id = place(weights + facts.kv_bytes);
    if (id === undefined) break;
    layers[index] = id;
  }
  const experts = what === "all" ? layers : facts.layers.map(() => CPU);
  return output === CPU ? allOn(facts, CPU) : { layers, experts, output };
}

const EMPTY = { weights_bytes: 0, expert_bytes: 0 };

function roomOn(device: DeviceSpace | undefined, facts: ModelFacts): number {
  return device === undefined ? 0 : device.spendable_bytes - facts.compute_bytes;
}

/** Puts experts back beside their layers, from the last one on, where there is room. */
function addExperts(
  facts: ModelFacts,
  devices: readonly DeviceSpace[],
  assignment: Assignment,
): Assignment {
  const experts = [...assignment.experts];
  for (const { id, spendable_bytes } of devices) {
    let room = spendable_bytes - facts.compute_bytes;
    if (assignment.output === id) room -= facts.output_bytes;
    const own = [...facts.layers.keys()].filter((index) => assignment.layers[index] === id);
    for (const index of own) {
      const { weights_bytes, expert_bytes } = facts.layers[index] ?? EMPTY;
      room -= weights_bytes - expert_bytes + facts.kv_bytes;
    }
    for (const index of own.reverse()) {
      const { expert_bytes } = facts.layers[index] ?? EMPTY;
      if (expert_bytes > room) break;
      room -= expert_bytes;
      experts[index] = id;
    }
  }
  return { ...assignment, experts };
}
