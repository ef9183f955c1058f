import { errorFromNative } from "../errors.js";
import type {
  NativeDeviceMemory,
  NativeFailure,
  NativeLoadOptions,
  NativeNeed,
  NativeNeedVariant,
  NativeVariantNeed,
} from "../native/binding.js";
import { CPU } from "../placement/assignment.js";
import type { DeviceNeed } from "../requirements/judge.js";
import type { MemoryParts } from "../requirements/types.js";
import type { NativeEngine } from "./native-engine.js";

/** As the options say. */
export const AS_ASKED: NativeNeedVariant = {
  contextSize: 0,
  cacheCells: 0,
  cacheTypeK: "",
  cacheTypeV: "",
};

/** What one context takes on each device. */
export interface MeasuredContext {
  readonly context_window: number;
  readonly cells: number;
  readonly needs: readonly DeviceNeed[];
}

export interface Measured {
  /** In the order of the variants; undefined for contexts that the model cannot have. */
  readonly contexts: readonly (MeasuredContext | undefined)[];
  readonly readsWeights: boolean;
  readonly layerCount: number;
}

/**
 * A dry run: what loading would take, for several contexts at once.
 *
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a first variant that the model
 *   cannot have
 * @throws {ModelLoadingError} MODEL_LOADING, and what else loading throws
 */
export async function measure(
  engine: NativeEngine,
  options: NativeLoadOptions,
  variants: readonly NativeNeedVariant[],
  signal: AbortSignal,
): Promise<Measured> {
  const need = await engine.run<NativeNeed>((model) => model.measure(options, [...variants]), {
    signal,
  });
  const contexts = need.variants.map((variant) => contextOf(need, variant));
  const refusal = need.variants[0]?.error;
  if (refusal !== undefined && !isTooLarge(refusal)) throw errorFromNative(refusal);
  const { readsWeights, layerCount } = need;
  return { contexts: extrapolated(contexts, need.variants), readsWeights, layerCount };
}

function isTooLarge({ code }: NativeFailure): boolean {
  return code === "RESOURCE";
}

function contextOf(need: NativeNeed, variant: NativeVariantNeed): MeasuredContext | undefined {
  if (variant.error !== undefined) return undefined;
  const needs = new Map<string, MemoryParts>();
  const partsOf = (id: string): MemoryParts => {
    const parts = needs.get(id) ?? { weights: 0, kv_cache: 0, compute: 0, media: 0, other: 0 };
    needs.set(id, parts);
    return parts;
  };
  for (const memory of variant.devices) {
    const parts = partsOf(memory.id);
    parts.weights += memory.weightsBytes;
    parts.kv_cache += memory.kvCacheBytes;
    parts.compute += memory.computeBytes;
  }
  for (const memory of need.media) partsOf(memory.id).media += sumOf(memory);
  partsOf(CPU).other += need.otherBytes;
  return {
    context_window: variant.contextSize,
    cells: variant.cacheCells,
    needs: [...needs].map(([device, parts]) => ({ device, parts })),
  };
}

function sumOf({ weightsBytes, kvCacheBytes, computeBytes }: NativeDeviceMemory): number {
  return weightsBytes + kvCacheBytes + computeBytes;
}

/** Contexts too large to be tried take as much more as the cells of two smaller ones differ. */
function extrapolated(
  contexts: readonly (MeasuredContext | undefined)[],
  variants: readonly NativeVariantNeed[],
): (MeasuredContext | undefined)[] {
  const known = contexts
    .filter((context) => context !== undefined)
    .sort((a, b) => a.cells - b.cells);
  const [small] = known;
  const large = known.at(-1);
  if (small === undefined || large === undefined || small.cells === large.cells) {
    return [...contexts];
  }
  const perCell = (device: string, part: "kv_cache" | "compute"): number => {
    const of = ({ needs }: MeasuredContext): number =>
      needs.find((need) => need.device === device)?.parts[part] ?? 0;
    return (of(large) - of(small)) / (large.cells - small.cells);
  };
  return contexts.map((context, index) => {
    const variant = variants[index];
    if (context !== undefined || variant?.error === undefined) return context;
    if (!isTooLarge(variant.error)) return undefined;
    const more = variant.cacheCells - large.cells;
    const needs = large.needs.map(({ device, parts }) => ({
      device,
      parts: {
        ...parts,
        kv_cache: Math.ceil(parts.kv_cache + more * perCell(device, "kv_cache")),
        compute: Math.ceil(parts.compute + more * perCell(device, "compute")),
      },
    }));
    return { context_window: variant.contextSize, cells: variant.cacheCells, needs };
  });
}
