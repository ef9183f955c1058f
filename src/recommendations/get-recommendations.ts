import { machineFacts } from "./machine.js";
import { rankRecommendations } from "./rank.js";
import { RecommendationList } from "./recommendation-list.js";
import type { ModelRecommendation, RecommendationTask } from "./types.js";

const CATALOGUE_ONLY = new RecommendationList();

/**
 * Well-known models for a task, those first that this machine runs well: with what each needs,
 * whether that is free now, and how fast it may be.
 *
 * The first call starts measuring how fast memory is, on threads of its own. Until that is
 * done, speeds are cautious guesses, and `is_measured` is false; `await measureMemoryBandwidth()`
 * waits for it.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER for an unknown task
 * @example
 * const [best] = getModelRecommendations("text-generation").filter(({ fits }) => fits);
 */
export function getModelRecommendations(task: RecommendationTask): ModelRecommendation[] {
  return recommend(CATALOGUE_ONLY, task);
}

/** The rows of a list, ranked for this machine. */
export function recommend(list: RecommendationList, task: string): ModelRecommendation[] {
  return rankRecommendations(list.of(task), machineFacts());
}
