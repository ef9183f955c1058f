import type { CacheType } from "../config/types-cache.js";
import type { Quantization } from "../config/types-weights.js";
import type { NativeLoadOptions, NativeNeedVariant } from "../native/binding.js";
import { UnsupportedFeatureError } from "../errors.js";
import { judge } from "../requirements/judge.js";
import type { Trial, Trials } from "../requirements/remedies.js";
import { readCheckpoint } from "./checkpoint.js";
import { smallerContexts } from "./contexts.js";
import { loadOptions } from "./load-options.js";
import { AS_ASKED, measure, type MeasuredContext } from "./measure.js";
import { layerDevices, memoryNow } from "./memory-facts.js";
import { nativeRuntime } from "./native-runtime.js";
import { placeModel, type AssessJob, type Placed } from "./place-model.js";

/** From the most exact to the smallest. */
const CACHE_TYPES: readonly CacheType[] = ["q8_0", "q4_0"];
const QUANTIZATIONS: readonly Quantization[] = ["none", "q8_0", "q6_k", "q4_k_m", "q3_k_m", "q2_k"];

/** A model that does not fit, and the device that has too little for it. */
interface Stuck extends AssessJob {
  readonly placed: Placed;
  readonly context: MeasuredContext;
  readonly device: string;
}

/** Tries in dry runs whatever options could help. */
export async function tryRemedies(stuck: Stuck): Promise<Trials> {
  const { context, both, cache } = await tryContexts(stuck);
  return {
    context,
    cache,
    both,
    quantization: await tryQuantizations(stuck),
    offload: await tryOffload(stuck),
  };
}

async function tryContexts(stuck: Stuck): Promise<Pick<Trials, "context" | "cache" | "both">> {
  const contexts = contextAttempts(stuck);
  const types = canQuantiseCache(stuck) ? CACHE_TYPES : [];
  const caches = types.map((type) => ({
    options: cacheOptions(type),
    variant: { ...AS_ASKED, cacheTypeK: type, cacheTypeV: type },
  }));
  const both = caches.flatMap((cache) =>
    contexts.map((context) => ({
      options: { ...context.options, ...cache.options },
      variant: { ...cache.variant, ...context.variant },
    })),
  );
  const quantised = await tryAll(stuck, [...caches, ...both]).catch((error: unknown) => {
    // Heads that are no multiple of a block of such types: what helps is something else.
    if (error instanceof UnsupportedFeatureError) return [];
    throw error;
  });
  return {
    context: (await tryAll(stuck, contexts)).filter(isKnown),
    cache: quantised.slice(0, caches.length).filter(isKnown),
    both: quantised.slice(caches.length).filter(isKnown),
  };
}

async function tryAll(
  stuck: Stuck,
  attempts: readonly ContextAttempt[],
): Promise<(Trial | undefined)[]> {
  if (attempts.length === 0) return [];
  const variants = attempts.map(({ variant }) => ({ ...AS_ASKED, ...variant }));
  const measured = await measure(stuck.engine, stuck.placed.options, variants, stuck.signal);
  return attempts.map(({ options }, index) => trialOf(stuck, options, measured.contexts[index]));
}

function isKnown(trial: Trial | undefined): trial is Trial {
  return trial !== undefined;
}

interface ContextAttempt {
  readonly options: Readonly<Record<string, unknown>>;
  readonly variant: Partial<NativeNeedVariant>;
}

/** Fewer cells first, where there are more than the context has tokens; then a smaller context. */
function contextAttempts({ config, context }: Stuck): ContextAttempt[] {
  const { context_window, cells } = context;
  const sizes = smallerContexts(context_window).map((size) => ({
    options: {
      context_window: size,
      ...(config.kv_cache_tokens === undefined ? {} : { kv_cache_tokens: size }),
    },
    variant: { contextSize: size, cacheCells: size },
  }));
  if (cells <= context_window) return sizes;
  const fewer = smallerContexts(cells).filter((count) => count > context_window);
  const counts = [...fewer, context_window].map((count) => ({
    options: { kv_cache_tokens: count },
    variant: { contextSize: context_window, cacheCells: count },
  }));
  return [...counts, ...sizes];
}

function cacheOptions(type: CacheType): Record<string, unknown> {
  return { cache_type_k: type, cache_type_v: type };
}

function canQuantiseCache({ config }: Stuck): boolean {
  const { cache_type_k, cache_type_v, use_flash_attention } = config;
  return cache_type_k === undefined && cache_type_v === undefined && use_flash_attention !== false;
}

/** One after the other, up to the first that fits: each plans the checkpoint anew. */
async function tryQuantizations(stuck: Stuck): Promise<Trial[]> {
  const { config, source, placed } = stuck;
  const weights = { ...config.weights, adapters: source.adapters };
  if (source.plan === undefined) return [];
  const first = QUANTIZATIONS.indexOf(weights.quantization) + 1;
  for (const quantization of first === 0 ? [] : QUANTIZATIONS.slice(first)) {
    const { plan } = await readCheckpoint(source.path, { ...weights, quantization }, stuck.signal);
    const options: NativeLoadOptions = { ...placed.options, plan };
    const { contexts } = await measure(stuck.engine, options, [AS_ASKED], stuck.signal);
    const trial = trialOf(stuck, { quantization }, contexts[0]);
    if (trial?.fits === true) return [trial];
  }
  return [];
}

async function tryOffload(stuck: Stuck): Promise<Trial[]> {
  const { config, source } = stuck;
  const hasOthers = layerDevices(nativeRuntime().binding.listDevices()).length > 0;
  if (config.placement.device_map === "auto" || !hasOthers) return [];
  const { measured } = await placeModel(stuck, loadOptions(config, source), "auto", [AS_ASKED]);
  const trial = trialOf(stuck, { device_map: "auto" }, measured.contexts[0]);
  return trial === undefined ? [] : [trial];
}

function trialOf(
  { config, device, own }: Stuck,
  options: Record<string, unknown>,
  context: MeasuredContext | undefined,
): Trial | undefined {
  if (context === undefined) return undefined;
  const { verdict, devices } = judge(context.needs, memoryNow(config.placement.max_memory, own));
  const needed = devices.find((requirement) => requirement.device === device);
  return { options, fits: verdict !== "does_not_fit", needed_bytes: needed?.needed_bytes ?? 0 };
}
