import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { ResolvedDeviceMap } from "../config/resolved-placement.js";
import type { NativeLoadOptions, NativeNeedVariant } from "../native/binding.js";
import { allOn, CPU } from "../placement/assignment.js";
import { factsOf, type ModelFacts } from "../placement/facts.js";
import { describePlan, type PlacementPlan } from "../placement/plan.js";
import { totalOf } from "../requirements/judge.js";
import { inspectFile } from "./inspect-file.js";
import type { Evictable } from "./loaded-models.js";
import type { LoadSource } from "./load-options.js";
import { measure, type Measured, type MeasuredContext } from "./measure.js";
import { layerDevices, memoryNow, spacesOf } from "./memory-facts.js";
import type { NativeEngine } from "./native-engine.js";
import { nativeRuntime } from "./native-runtime.js";
import { placeBy, shrinkSpaces, type Place } from "./place.js";

// A planner that counts too little learns from each dry run.
const ROUNDS = 4;

/** What is to be loaded, and who makes the dry runs: an engine that has no model yet. */
export interface AssessJob {
  readonly engine: NativeEngine;
  readonly config: ResolvedProviderConfig;
  readonly source: LoadSource;
  readonly signal: AbortSignal;
  /** The model itself, where it is loaded already. */
  readonly own?: Evictable;
}

/** A placement, and what contexts take with it. */
export interface Placed {
  readonly options: NativeLoadOptions;
  readonly measured: Measured;
  readonly plan: PlacementPlan;
}

/** Where a model lies by a `device_map`, and what contexts then take. */
export async function placeModel(
  job: AssessJob,
  base: NativeLoadOptions,
  wish: ResolvedDeviceMap,
  variants: readonly NativeNeedVariant[],
): Promise<Placed> {
  const { binding } = nativeRuntime();
  const known = binding.listDevices();
  const ids = layerDevices(known);
  const onCpu: NativeLoadOptions = { ...base, cpuOnly: true };
  const cpu = await measure(job.engine, onCpu, variants, job.signal);
  if (wish === CPU || (wish === "auto" && ids.length === 0)) {
    const facts = blankFacts(cpu.layerCount);
    const plan = describePlan(facts, allOn(facts, CPU), {
      wish: wish === CPU ? "device" : "auto",
      spaces: [],
    });
    return { options: { ...onCpu, readsWeights: cpu.readsWeights }, measured: cpu, plan };
  }
  const facts = await readFacts(job, cpu);
  const all = spacesOf(ids, memoryNow(job.config.placement.max_memory, job.own));
  let spaces = all;
  for (let round = 1; ; round++) {
    const chosen = placeBy(wish, facts, spaces, [CPU, ...ids]);
    const options = placedOptions(base, chosen);
    const measured =
      chosen.native === undefined ? cpu : await measure(job.engine, options, variants, job.signal);
    const needed = neededBy(measured.contexts[0]);
    const tighter =
      wish === "auto" && round < ROUNDS
        ? shrinkSpaces(spaces, facts, chosen.assignment, needed)
        : undefined;
    if (tighter !== undefined) {
      spaces = tighter;
      continue;
    }
    const kind = typeof wish === "object" ? "map" : wish === "auto" ? "auto" : "device";
    const plan = describePlan(facts, chosen.assignment, { wish: kind, spaces: all });
    return { options: { ...options, readsWeights: measured.readsWeights }, measured, plan };
  }
}

function placedOptions(base: NativeLoadOptions, { native }: Place): NativeLoadOptions {
  if (native === undefined) return { ...base, cpuOnly: true };
  return { ...base, cpuOnly: false, placement: native };
}

function neededBy(context: MeasuredContext | undefined): Record<string, number> {
  const entries = (context?.needs ?? []).map(({ device, parts }) => [device, totalOf(parts)]);
  return Object.fromEntries(entries) as Record<string, number>;
}

async function readFacts(job: AssessJob, cpu: Measured): Promise<ModelFacts> {
  const { path, plan } = job.source;
  const { tensors } = await inspectFile(path, plan);
  job.signal.throwIfAborted();
  const parts = cpu.contexts[0]?.needs.find(({ device }) => device === CPU)?.parts;
  return factsOf(tensors, {
    kv_bytes: parts?.kv_cache ?? 0,
    compute_bytes: parts?.compute ?? 0,
  });
}

function blankFacts(layerCount: number): ModelFacts {
  const layer = { weights_bytes: 0, expert_bytes: 0 };
  const layers = new Array<typeof layer>(layerCount).fill(layer);
  return { embedding_bytes: 0, layers, output_bytes: 0, kv_bytes: 0, compute_bytes: 0 };
}
