import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { NativeLoadOptions } from "../native/binding.js";
import type { NativeCheckpointPlan } from "../native/checkpoint-plan.js";
import { defaultContext } from "./checkpoint.js";
import type { Senses } from "./senses.js";

/** What to load: a GGUF file, or a checkpoint and how it becomes one; and how it sees and hears. */
export interface LoadSource extends Pick<Senses, "vision" | "hearing" | "mediaOptional"> {
  readonly path: string;
  readonly plan?: NativeCheckpointPlan;
  /** Absolute paths of the folders of a checkpoint's adapters. */
  readonly adapters: readonly string[];
  /** A path, or "". */
  readonly draft: string;
}

/** How to load it, as the options say; where it lies is for the planner. */
export function loadOptions(
  config: ResolvedProviderConfig,
  { path, plan, vision, hearing, mediaOptional = false, draft }: LoadSource,
): NativeLoadOptions {
  return {
    path,
    ...(plan === undefined ? {} : { plan }),
    ...(vision === undefined ? {} : { vision }),
    ...(hearing === undefined ? {} : { hearing }),
    mediaOptional,
    contextSize: config.context_window ?? (plan ? defaultContext(plan) : 0),
    threads: config.threads ?? 0,
    cpuOnly: true,
    cacheCells: config.kv_cache_tokens ?? 0,
    cacheTypeK: config.cache_type_k ?? "",
    cacheTypeV: config.cache_type_v ?? "",
    flashAttention: flashAttention(config.use_flash_attention),
    draftPath: draft,
    maxQueue: config.max_queue,
    logLevel: config.logger === undefined ? "" : config.log_level,
  };
}

function flashAttention(option: boolean | "auto"): "auto" | "on" | "off" {
  if (option === "auto") return "auto";
  return option ? "on" : "off";
}
