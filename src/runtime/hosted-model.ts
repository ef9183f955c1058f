import type { NativeModelInfo } from "../native/binding.js";
import type { PlacementPlan } from "../placement/plan.js";
import type { NativeEngine } from "./native-engine.js";
import type { Problems } from "./senses.js";

/** A model in memory. */
export interface HostedModel {
  readonly engine: NativeEngine;
  readonly info: NativeModelInfo;
  /** Why it takes no pictures or no sounds, although it has a part for that. */
  readonly problems: Problems;
  /** Where it lies, and why. */
  readonly plan: PlacementPlan;
}
