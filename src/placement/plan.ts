import { formatBytes } from "../internal/format-bytes.js";
import { bytesOn, CPU, devicesOf, type Assignment } from "./assignment.js";
import type { DeviceSpace, ModelFacts } from "./facts.js";

/** Where the parts of a model lie, and why. */
export interface PlacementPlan {
  /** A device for each module, by the names of transformers; ranges of layers are joined. */
  device_map: Record<string, string>;
  /** Layers on each device, the CPU first. */
  layers: Record<string, number>;
  /** One sentence per decision. */
  reasons: string[];
}

/** Why a placement is as it is. */
export interface PlanContext {
  /** What `device_map` says: it decided, or the planner did. */
  readonly wish: "auto" | "device" | "map";
  readonly spaces: readonly DeviceSpace[];
}

export function describePlan(
  facts: ModelFacts,
  assignment: Assignment,
  context: PlanContext,
): PlacementPlan {
  const devices = [CPU, ...devicesOf(assignment)];
  const layers = Object.fromEntries(
    devices.map((device) => [device, count(assignment.layers, device)]),
  );
  return {
    device_map: {
      "model.embed_tokens": CPU,
      ...rangesOf("model.layers", "", assignment.layers),
      ...expertsApart(assignment),
      lm_head: assignment.output,
    },
    layers,
    reasons: reasonsFor(facts, assignment, context),
  };
}

function count(items: readonly string[], item: string): number {
  return items.filter((other) => other === item).length;
}

/** "model.layers.0-11": "cpu", "model.layers.12-31": "cuda:0". */
function rangesOf(
  before: string,
  behind: string,
  devices: readonly (string | undefined)[],
): Record<string, string> {
  const ranges: Record<string, string> = {};
  let first = 0;
  for (const [index, device] of devices.entries()) {
    if (devices[index + 1] === device && index + 1 < devices.length) continue;
    const name = first === index ? String(first) : `${String(first)}-${String(index)}`;
    if (device !== undefined) ranges[`${before}.${name}${behind}`] = device;
    first = index + 1;
  }
  return ranges;
}

function expertsApart({ layers, experts }: Assignment): Record<string, string> {
  const apart = experts.map((device, index) => (device === layers[index] ? undefined : device));
  return rangesOf("model.layers", ".mlp.experts", apart);
}

function reasonsFor(
  facts: ModelFacts,
  assignment: Assignment,
  { wish, spaces }: PlanContext,
): string[] {
  const total = facts.layers.length;
  const devices = devicesOf(assignment);
  if (devices.length === 0) return [cpuReason(facts, wish, spaces)];
  const reasons = devices.map((device) => {
    const parts = partsOn(device, assignment, total);
    const taken = formatBytes(bytesOn(device, facts, assignment));
    const space = spaces.find(({ id }) => id === device);
    const room = space === undefined ? "" : ` of ${formatBytes(space.spendable_bytes)}`;
    return `${device} has ${parts}: ${taken}${room}.`;
  });
  const onCpu = count(assignment.layers, CPU);
  if (onCpu > 0) reasons.push(leftReason(facts, assignment, wish, spaces));
  const apart = assignment.experts.filter(
    (device, index) => device === CPU && assignment.layers[index] !== CPU,
  ).length;
  if (apart > 0) {
    const whose = apart === total ? "all layers" : `${String(apart)} of ${String(total)} layers`;
    const why =
      wish === "map" ? "device_map says so" : "there is no room for them beside their layers";
    reasons.push(`The experts of ${whose} lie on the CPU: ${why}, and few compute at a time.`);
  }
  reasons.push("Rows of the vocabulary are looked up on the CPU, where the engine keeps them.");
  return reasons;
}

function partsOn(device: string, { layers, output }: Assignment, total: number): string {
  const own = count(layers, device);
  const words =
    own === total ? `all ${String(total)} layers` : `${String(own)} of ${String(total)} layers`;
  if (output !== device) return words;
  return own === 0 ? "the output" : `${words} and the output`;
}

function cpuReason(
  facts: ModelFacts,
  wish: PlanContext["wish"],
  spaces: readonly DeviceSpace[],
): string {
  if (wish !== "auto") return "All lies on the CPU: device_map says so.";
  if (spaces.length === 0) return "All lies on the CPU: there is no other device.";
  const least = facts.output_bytes + facts.compute_bytes;
  const most = Math.max(...spaces.map(({ spendable_bytes }) => spendable_bytes));
  return (
    `All lies on the CPU: the output and room to compute take ${formatBytes(least)}, and no other ` +
    `device has more than ${formatBytes(most)}.`
  );
}

function leftReason(
  facts: ModelFacts,
  { layers }: Assignment,
  wish: PlanContext["wish"],
  spaces: readonly DeviceSpace[],
): string {
  const onCpu = count(layers, CPU);
  const whose = onCpu === 1 ? "1 layer lies" : `${String(onCpu)} layers lie`;
  if (wish !== "auto") return `${whose} on the CPU: device_map says so.`;
  const index = layers.lastIndexOf(CPU);
  const next = (facts.layers[index]?.weights_bytes ?? 0) + facts.kv_bytes;
  const names = spaces.map(({ id }) => id).join(", ");
  return `${whose} on the CPU: one more takes ${formatBytes(next)}, for which ${names} has no room.`;
}
