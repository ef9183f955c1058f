import { CPU } from "../placement/assignment.js";
import { judge, type Judgement } from "../requirements/judge.js";
import { chooseRemedies } from "../requirements/remedies.js";
import type { SystemRequirements } from "../requirements/types.js";
import type { NativeLoadOptions } from "../native/binding.js";
import { LEAST_CONTEXT, sized, smallerContexts } from "./contexts.js";
import { loadOptions } from "./load-options.js";
import { AS_ASKED, measure, type MeasuredContext } from "./measure.js";
import { memoryNow } from "./memory-facts.js";
import { placeModel, type AssessJob, type Placed } from "./place-model.js";
import { tryRemedies } from "./try-remedies.js";

export interface Assessment {
  readonly requirements: SystemRequirements;
  /** How to load it. */
  readonly options: NativeLoadOptions;
}

/**
 * Whether a model fits, where it is to lie, and what would help: from its headers, before
 * any weight is read.
 *
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a device_map that cannot be
 * @throws {ModelLoadingError} MODEL_LOADING, and what else loading throws
 */
export async function assess(job: AssessJob): Promise<Assessment> {
  const { config, own } = job;
  const base = loadOptions(config, job.source);
  const placed = await placeModel(job, base, config.placement.device_map, [AS_ASKED]);
  const context = placed.measured.contexts[0] ?? (await hopelessContext(job, placed.options));
  const found = judge(context.needs, memoryNow(config.placement.max_memory, own));
  if (found.verdict !== "does_not_fit") return assessment(placed, context, found);
  const smaller = await shrunk(job, placed, context);
  if (smaller !== undefined) return smaller;
  const trials = await tryRemedies({ ...job, placed, context, device: found.short?.device ?? CPU });
  const parts = found.short?.needed_bytes ?? 0;
  const remedies = chooseRemedies(trials, {
    available_bytes: found.short?.available_bytes ?? 0,
    needed_bytes: parts,
    weights_bytes: weightsOn(found.short?.device, context),
  });
  const { requirements, options } = assessment(placed, context, found);
  return { requirements: { ...requirements, remedies }, options };
}

/** What a context would take that is too large even to be tried. */
async function hopelessContext(
  job: AssessJob,
  options: NativeLoadOptions,
): Promise<MeasuredContext> {
  const variants = [AS_ASKED, sized(LEAST_CONTEXT), sized(2 * LEAST_CONTEXT)];
  const measured = await measure(job.engine, options, variants, job.signal);
  const [context, ...smaller] = measured.contexts;
  const found = context ?? smaller.find((other) => other !== undefined);
  return found ?? { context_window: options.contextSize, cells: 0, needs: [] };
}

/** What nobody asked for may shrink until it fits. */
async function shrunk(
  job: AssessJob,
  placed: Placed,
  { context_window }: MeasuredContext,
): Promise<Assessment | undefined> {
  const { config, own } = job;
  if (config.context_window !== undefined || config.kv_cache_tokens !== undefined) return undefined;
  const variants = smallerContexts(context_window).map((size) => sized(size));
  if (variants.length === 0) return undefined;
  const { contexts } = await measure(job.engine, placed.options, variants, job.signal);
  const memory = memoryNow(config.placement.max_memory, own);
  for (const context of contexts) {
    if (context === undefined) continue;
    const found = judge(context.needs, memory);
    if (found.verdict === "does_not_fit") continue;
    const { requirements, options } = assessment(placed, context, found);
    const words =
      `The context window is ${String(context.context_window)} tokens instead of ` +
      `${String(context_window)}, which do not fit.`;
    const plan = { ...requirements.plan, reasons: [...requirements.plan.reasons, words] };
    return {
      requirements: { ...requirements, plan },
      options: { ...options, contextSize: context.context_window },
    };
  }
  return undefined;
}

function assessment(placed: Placed, context: MeasuredContext, found: Judgement): Assessment {
  const { verdict, reason, devices } = found;
  const { context_window } = context;
  return {
    requirements: { verdict, reason, context_window, devices, remedies: [], plan: placed.plan },
    options: placed.options,
  };
}

function weightsOn(device: string | undefined, { needs }: MeasuredContext): number {
  return needs.find((need) => need.device === device)?.parts.weights ?? 0;
}
