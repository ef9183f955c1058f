import type { Facts } from "./family.js";
import type { Metadata } from "./metadata.js";

const KINDS = ["sliding_attention", "full_attention"];

/**
 * Layers that see only the last tokens, and which ones they are: those that layer_types
 * says, or all but every `every`-th. Empty when there are none.
 */
export function slidingWindow({ config, dims }: Facts, every: number): Metadata[] {
  const window = config.optionalInteger("sliding_window");
  if (window === undefined || window === 0) return [];
  const period =
    config.optionalInteger("sliding_window_pattern", "_sliding_window_pattern") ?? every;
  const types = config.texts("layer_types");
  if (types !== undefined && (types.length !== dims.layers || !types.every(isKind))) {
    throw config.damaged(
      `layer_types has to name ${KINDS.join(" or ")} for each of ${String(dims.layers)} layers.`,
    );
  }
  const pattern = Array.from({ length: dims.layers }, (_, layer) =>
    types === undefined ? (layer + 1) % period !== 0 : types[layer] === KINDS[0],
  );
  // The engine takes a window for a promise that some layer has it.
  if (!pattern.includes(true)) return [];
  return [
    ["attention.sliding_window", "u32", window],
    ["attention.sliding_window_pattern", "bool[]", pattern],
  ];
}

function isKind(type: string): boolean {
  return KINDS.includes(type);
}
