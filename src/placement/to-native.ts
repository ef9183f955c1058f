import type { NativePlacement } from "../native/binding.js";
import { CPU, devicesOf, type Assignment } from "./assignment.js";

/** A device whose layers the engine would have to take apart. */
export interface Scattered {
  readonly device: string;
  readonly layer: number;
}

/**
 * An assignment as the engine executes it: ranges of layers at the model's end, one per
 * device, and names of tensors that lie on the CPU nevertheless. Undefined for the CPU alone.
 */
export function toNativePlacement(assignment: Assignment): NativePlacement | Scattered | undefined {
  const devices = devicesOf(assignment);
  if (devices.length === 0) return undefined;
  const scattered = scatteredIn(assignment, devices);
  if (scattered !== undefined) return scattered;
  const parts = [...assignment.layers, assignment.output];
  const first = parts.findIndex((device) => device !== CPU);
  const layers = devices.map(() => 0);
  const onCpu: string[] = [];
  let current = 0;
  for (const [index, device] of parts.entries()) {
    if (index < first) continue;
    if (device !== CPU) current = devices.indexOf(device);
    layers[current] = (layers[current] ?? 0) + 1;
    if (device === CPU) onCpu.push(...namesOf(index, assignment));
    else if (assignment.experts[index] === CPU) onCpu.push(...expertsOf(index));
  }
  return { devices, layers, onCpu };
}

function scatteredIn(
  { layers, output }: Assignment,
  devices: readonly string[],
): Scattered | undefined {
  let current = -1;
  for (const [layer, device] of [...layers, output].entries()) {
    if (device === CPU) continue;
    const index = devices.indexOf(device);
    if (index < current) return { device, layer };
    current = index;
  }
  return undefined;
}

function namesOf(index: number, { layers }: Assignment): string[] {
  if (index < layers.length) return [`blk.${String(index)}.`];
  // Where weights are tied, the output is the embedding once more.
  return ["output.", "output_norm.", "token_embd."];
}

function expertsOf(index: number): string[] {
  const parts = ["gate_up", "gate", "up", "down"];
  return parts.map((part) => `blk.${String(index)}.ffn_${part}_exps.`);
}
