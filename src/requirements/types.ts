import type { PlacementPlan } from "../placement/plan.js";

export type FitVerdict = "fits" | "does_not_fit" | "unknown";

/** What a model takes on one device, in bytes. */
export interface MemoryParts {
  weights: number;
  kv_cache: number;
  compute: number;
  /** The encoder of pictures. */
  media: number;
  /** Vocabulary, adapters and tables. */
  other: number;
}

export interface DeviceRequirement {
  device: string;
  /** All parts together. */
  needed_bytes: number;
  parts: MemoryParts;
  /** What the model may take: what is free, or what the budget leaves, if that is less. */
  available_bytes: number;
  /** Of `max_memory`; undefined where it says nothing. */
  budget_bytes: number | undefined;
  /** What models of this process take already that calls are using. */
  used_bytes: number;
}

/** Options with which it would fit; numbers of the device that has too little. */
export interface Remedy {
  option: string;
  value: unknown;
  /** All of them, for the constructor; {} where another model is meant. */
  options: Record<string, unknown>;
  /** A sentence for people, with its numbers. */
  words: string;
  /** What the model would then take; undefined where nobody can know. */
  needed_bytes: number | undefined;
}

/** What `checkSystemRequirements` tells. */
export interface SystemRequirements {
  verdict: FitVerdict;
  /** Why the verdict is "unknown" or "does_not_fit". */
  reason: string | undefined;
  /** Tokens of context that this is for: those asked for, or the default, less where that fits. */
  context_window: number;
  devices: DeviceRequirement[];
  /** What helps, the least loss first; empty where it fits. */
  remedies: Remedy[];
  plan: PlacementPlan;
}
