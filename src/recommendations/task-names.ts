import { invalidParameter } from "../config/invalid.js";
import { nearest } from "../internal/nearest.js";
import { preview } from "../internal/preview.js";
import { RECOMMENDATION_TASKS, type RecommendationTask } from "./types.js";

/** What the tasks are called elsewhere. */
const ALIASES: Readonly<Record<string, RecommendationTask>> = {
  text2text: "text2text-generation",
  summarization: "text2text-generation",
  translation: "text2text-generation",
  chat: "text-generation",
  "image-to-text": "vision",
  "image-text-to-text": "vision",
  "visual-question-answering": "vision",
  "document-question-answering": "vision",
  "automatic-speech-recognition": "speech",
  "audio-text-to-text": "speech",
  "speech-to-text": "speech",
  "feature-extraction": "embeddings",
  "sentence-similarity": "embeddings",
  embedding: "embeddings",
  "text-ranking": "reranking",
  rerank: "reranking",
  "tool-use": "tools",
  small: "small-devices",
};

/**
 * The task that a name means; the names of transformers' pipelines mean one, too.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER
 */
export function recommendationTask(task: unknown): RecommendationTask {
  const name = typeof task === "string" ? task.toLowerCase().replaceAll("_", "-") : "";
  const found = RECOMMENDATION_TASKS.find((known) => known === name);
  if (found !== undefined) return found;
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias !== undefined) return alias;
  throw invalidParameter(`There are no recommendations for the task ${preview(task)}`, {
    parameter: "task",
    value: task,
    allowed: RECOMMENDATION_TASKS.join(", "),
    nearest: nearest(name, [...RECOMMENDATION_TASKS, ...Object.keys(ALIASES)]),
  });
}
