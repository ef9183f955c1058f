import type { CheckpointFolder } from "../checkpoint/read-folder.js";
import type { ResolvedWeights } from "../config/resolved.js";
import { ModelLoadingError, UnsupportedModelError } from "../errors.js";
import type { NativeHearing, NativeVision } from "../native/binding.js";
import type { NativeSourceTensor } from "../native/checkpoint-plan.js";
import { findProjector } from "./find-projector.js";
import { checkpointHearing, projectorHearing } from "./hearing.js";
import { inspectFile } from "./inspect-file.js";
import { checkpointVision, projectorVision } from "./vision.js";

/** Why a model takes no pictures or no sounds, although it has a part for that. */
export interface Problems {
  readonly pictureProblem?: string;
  readonly soundProblem?: string;
}

/** How a model sees and hears, if it does. */
export interface Senses extends Problems {
  readonly vision?: NativeVision;
  readonly hearing?: NativeHearing;
  /** Whether the model is loaded without them when they turn out not to fit it. */
  readonly mediaOptional?: boolean;
}

/**
 * The parts of a checkpoint that see and hear. What of them is not served costs the pictures or
 * the sounds only: the language model is loaded all the same.
 */
export async function checkpointSenses(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  weights: ResolvedWeights,
): Promise<Senses> {
  const vision = await attempt(() => checkpointVision(folder, tensors, weights));
  const hearing = await attempt(() => checkpointHearing(folder, tensors, weights));
  return { ...toSenses(vision, hearing), mediaOptional: true };
}

/**
 * What the projector of a GGUF model adds to it: the one that was named, or the one that came
 * with it, or one beside it.
 *
 * @param named absolute path of the one that was named
 * @param known absolute path of the one that came with it
 * @throws {ModelLoadingError} MODEL_LOADING also when several beside the model fit
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for one that was named, and nothing of it
 *   is served
 */
export async function projectorSenses(
  modelPath: string,
  named: string | undefined,
  known?: string,
): Promise<Senses> {
  const path = named ?? known ?? (await findProjector(modelPath));
  if (path === undefined) return {};
  const file = await attempt(() => inspectFile(path));
  if (file.failure !== undefined) {
    if (named !== undefined) throw file.failure;
    const { message } = file.failure;
    return { pictureProblem: message, soundProblem: message };
  }
  const inspection = file.value;
  if (inspection === undefined) return {};
  const hears = inspection.metadata["clip.has_audio_encoder"] === true;
  const sees = inspection.metadata["clip.has_vision_encoder"] === true || !hears;
  const vision = await attempt(() => (sees ? projectorVision(path, inspection) : undefined));
  const hearing = await attempt(() => (hears ? projectorHearing(path, inspection) : undefined));
  const failure = vision.failure ?? hearing.failure;
  const useless = vision.value === undefined && hearing.value === undefined;
  if (named !== undefined && useless && failure !== undefined) throw failure;
  return { ...toSenses(vision, hearing), mediaOptional: named === undefined };
}

/** What was made, or why it is not served. */
interface Outcome<T> {
  readonly value?: T | undefined;
  readonly failure?: Error;
}

function toSenses(vision: Outcome<NativeVision>, hearing: Outcome<NativeHearing>): Senses {
  return {
    ...(vision.value === undefined ? {} : { vision: vision.value }),
    ...(hearing.value === undefined ? {} : { hearing: hearing.value }),
    ...(vision.failure === undefined ? {} : { pictureProblem: vision.failure.message }),
    ...(hearing.failure === undefined ? {} : { soundProblem: hearing.failure.message }),
  };
}

async function attempt<T>(read: () => T | undefined | Promise<T | undefined>): Promise<Outcome<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const isUnserved = error instanceof UnsupportedModelError || error instanceof ModelLoadingError;
    if (!isUnserved) throw error;
    return { failure: error };
  }
}
