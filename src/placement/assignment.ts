import type { ModelFacts } from "./facts.js";

export const CPU = "cpu";

/** A device for every part of a model. Rows of the vocabulary are always on the CPU. */
export interface Assignment {
  /** Of each layer, with its part of the KV cache. */
  readonly layers: readonly string[];
  /** Of each layer's experts: that of the layer, or the CPU. */
  readonly experts: readonly string[];
  /** Of what is behind the last layer. */
  readonly output: string;
}

/** Everything in one place. */
export function allOn(facts: ModelFacts, device: string): Assignment {
  const layers = facts.layers.map(() => device);
  return { layers, experts: layers, output: device };
}

/** The devices of an assignment beside the CPU, in the order of their layers. */
export function devicesOf({ layers, output }: Assignment): string[] {
  return [...new Set([...layers, output])].filter((device) => device !== CPU);
}

/** What an assignment puts on a device, in bytes: weights, KV cache, and room to compute. */
export function bytesOn(device: string, facts: ModelFacts, assignment: Assignment): number {
  let bytes = device === CPU ? facts.embedding_bytes : 0;
  let used = bytes > 0;
  for (const [index, layer] of facts.layers.entries()) {
    const rest = layer.weights_bytes - layer.expert_bytes;
    if (assignment.layers[index] === device) {
      bytes += rest + facts.kv_bytes;
      used = true;
    }
    if (assignment.experts[index] === device) bytes += layer.expert_bytes;
  }
  if (assignment.output === device) {
    bytes += facts.output_bytes;
    used = true;
  }
  return used ? bytes + facts.compute_bytes : bytes;
}
