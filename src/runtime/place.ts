import { UnsupportedFeatureError } from "../errors.js";
import { allOn, bytesOn, devicesOf, type Assignment } from "../placement/assignment.js";
import { assignAutomatically } from "../placement/auto.js";
import type { DeviceSpace, ModelFacts } from "../placement/facts.js";
import { assignByMap, type MapProblem } from "../placement/from-map.js";
import { toNativePlacement } from "../placement/to-native.js";
import type { ResolvedDeviceMap } from "../config/resolved-placement.js";
import type { NativePlacement } from "../native/binding.js";

/** Where a model is to lie, as it is told and as it is carried out. */
export interface Place {
  readonly assignment: Assignment;
  /** Undefined for the CPU alone. */
  readonly native: NativePlacement | undefined;
}

/**
 * What `device_map` asks for.
 *
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for devices that are not there, modules
 *   that the model has not, and maps that the engine cannot carry out
 */
export function placeBy(
  wish: ResolvedDeviceMap,
  facts: ModelFacts,
  spaces: readonly DeviceSpace[],
  known: readonly string[],
): Place {
  const assignment = assignmentFor(wish, facts, spaces);
  for (const device of devicesOf(assignment)) {
    if (!known.includes(device)) throw noDevice(device, known);
  }
  const native = toNativePlacement(assignment);
  if (native !== undefined && "layer" in native) {
    const { device, layer } = native;
    throw refused(
      `device_map has layer ${String(layer)} on ${device} behind layers of another device that ` +
        `follow its own: the layers of a device lie together. Reorder the map.`,
      { device, layer },
    );
  }
  return { assignment, native };
}

/** Assignments that leave more room on devices that turned out to be too full. */
export function shrinkSpaces(
  spaces: readonly DeviceSpace[],
  facts: ModelFacts,
  assignment: Assignment,
  needed: Readonly<Record<string, number>>,
): DeviceSpace[] | undefined {
  const shrunk = spaces.map((space) => {
    const lack = (needed[space.id] ?? 0) - space.spendable_bytes;
    if (lack <= 0) return space;
    // By what the planner itself counted, which was too little by as much.
    const counted = bytesOn(space.id, facts, assignment);
    return {
      id: space.id,
      spendable_bytes: Math.max(0, Math.min(space.spendable_bytes, counted) - lack),
    };
  });
  return shrunk.some((space, index) => space !== spaces[index]) ? shrunk : undefined;
}

function assignmentFor(
  wish: ResolvedDeviceMap,
  facts: ModelFacts,
  spaces: readonly DeviceSpace[],
): Assignment {
  if (wish === "auto") return assignAutomatically(facts, spaces);
  if (typeof wish === "string") return allOn(facts, wish);
  const assignment = assignByMap(facts, wish);
  if ("reason" in assignment)
    throw refused(problemWords(assignment, facts), { module: assignment.name });
  return assignment;
}

function problemWords({ name, reason }: MapProblem, facts: ModelFacts): string {
  const shown = JSON.stringify(name);
  const last = String(facts.layers.length - 1);
  switch (reason) {
    case "missing":
      return `device_map has no device for ${shown}. Name it, or give "" for all others.`;
    case "no such layer":
      return `device_map names ${shown}, and the model's layers are 0 to ${last}.`;
    case "part of a layer":
      return `device_map names ${shown}: of a layer, only its experts can lie elsewhere. Name the layer.`;
    case "unknown":
      return (
        `device_map names ${shown}, which is no module of this model. There are ` +
        `model.embed_tokens, model.layers.0 to model.layers.${last}, model.norm and lm_head.`
      );
  }
}

function noDevice(device: string, known: readonly string[]): UnsupportedFeatureError {
  return refused(
    `There is no device ${JSON.stringify(device)} on this machine. There are: ${known.join(", ")}.`,
    { device, allowed: [...known] },
  );
}

function refused(message: string, details: Record<string, unknown>): UnsupportedFeatureError {
  return new UnsupportedFeatureError(message, {
    details: { feature: "device_map", parameter: "device_map", ...details },
  });
}
