import { readdir } from "node:fs/promises";
import { resolve } from "node:path";

import { planAdapter } from "../checkpoint/adapter.js";
import { readAdapterFolder } from "../checkpoint/adapter-folder.js";
import { planCheckpoint } from "../checkpoint/plan.js";
import { readCheckpointFolder } from "../checkpoint/read-folder.js";
import type { ResolvedWeights } from "../config/resolved.js";
import { UnsupportedFeatureError } from "../errors.js";
import { inSlices } from "./in-slices.js";
import type { NativeAdapterPlan, NativeCheckpointPlan } from "../native/checkpoint-plan.js";
import { cachedModelPath, STREAMED_QUANTIZATIONS } from "./checkpoint-cache.js";
import { isRemote, toPath } from "./model-path.js";
import { readHeaders } from "./read-headers.js";
import { checkpointSenses, type Senses } from "./senses.js";

/** What the engine's own default is at most. */
const LARGEST_DEFAULT = 8192;

/** The absolute path of the checkpoint that a `model` option means, if it means one. */
export async function findCheckpoint(model: string): Promise<string | undefined> {
  if (isRemote(model)) return undefined;
  const path = toPath(model);
  const names = await readdir(path).catch((): string[] => []);
  if (!names.includes("config.json")) return undefined;
  // Repositories of GGUF files come with a configuration too, and without weights beside it.
  const isCheckpoint = names.some((name) => /[.]safetensors(?:[.]index[.]json)?$/.test(name));
  const isGguf = names.some((name) => name.endsWith(".gguf"));
  return isCheckpoint || !isGguf ? path : undefined;
}

/** How a checkpoint is loaded, and how it sees and hears. */
export interface ReadCheckpoint extends Senses {
  readonly plan: NativeCheckpointPlan;
}

/**
 * How the checkpoint in a folder is to be loaded. Reads its small files here and the
 * headers of its weights off this thread.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL
 */
export async function readCheckpoint(
  path: string,
  weights: ResolvedWeights,
  signal: AbortSignal,
): Promise<ReadCheckpoint> {
  const folder = await readCheckpointFolder(path);
  signal.throwIfAborted();
  const tensors = await readHeaders(folder.files);
  signal.throwIfAborted();
  const plan = await inSlices(planCheckpoint(folder, tensors, weights));
  signal.throwIfAborted();
  const adapters: NativeAdapterPlan[] = [];
  for (const adapter of weights.adapters) adapters.push(await readAdapterPlan(plan, adapter));
  signal.throwIfAborted();
  const senses = await checkpointSenses(folder, tensors, weights);
  signal.throwIfAborted();
  const isCached = !STREAMED_QUANTIZATIONS.includes(weights.quantization);
  return {
    ...senses,
    plan: {
      ...plan,
      // Adapters are no part of what is cached.
      ...(isCached ? { cachePath: await cachedModelPath(plan, weights) } : {}),
      ...(adapters.length > 0 ? { adapters } : {}),
    },
  };
}

async function readAdapterPlan(
  plan: NativeCheckpointPlan,
  adapter: string,
): Promise<NativeAdapterPlan> {
  const folder = await readAdapterFolder(resolve(adapter));
  return planAdapter(plan, folder, await readHeaders([folder.file]));
}

/**
 * Tokens of context for a checkpoint when nobody asks for a number; 0 for what any model
 * gets. With longrope the engine takes one of two tables for all texts, by the size of the
 * context: the usual one up to the length that the model was first trained on.
 */
export function defaultContext({ metadata }: NativeCheckpointPlan): number {
  const valueOf = (name: string): unknown =>
    metadata.find(({ key }) => key.endsWith(`.rope.scaling.${name}`))?.value;
  const original = valueOf("original_context_length");
  const isLongRope = valueOf("type") === "longrope" && typeof original === "number";
  return isLongRope ? Math.min(original, LARGEST_DEFAULT) : 0;
}

/**
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE when a GGUF file should become
 *   something else than what it is
 */
export function assertWeightsStay(
  { dtype, quantization, quantizedBy, adapters }: ResolvedWeights,
  path: string,
): void {
  const parameter =
    dtype !== "auto"
      ? "torch_dtype"
      : quantization !== "none"
        ? quantizedBy
        : adapters.length > 0
          ? "adapter"
          : undefined;
  if (parameter === undefined) return;
  throw new UnsupportedFeatureError(
    `${path} is a GGUF file, whose weights stay as they are: ${parameter} is for Hugging Face ` +
      "checkpoints. Leave it out, or give the checkpoint.",
    { details: { parameter, path } },
  );
}

/** @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE when a checkpoint is given a projector */
export function assertNoProjector(mmproj: string | undefined, path: string): void {
  if (mmproj === undefined) return;
  throw new UnsupportedFeatureError(
    `${path} is a Hugging Face checkpoint, which has all of its parts: mmproj is for GGUF ` +
      "files. Leave it out.",
    { details: { parameter: "mmproj", path } },
  );
}
