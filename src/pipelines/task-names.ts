import { invalidParameter } from "../config/invalid.js";
import { UnsupportedFeatureError } from "../errors.js";
import { nearest } from "../internal/nearest.js";
import { preview } from "../internal/preview.js";
import { TASKS, type TaskName } from "./tasks/index.js";

const ALIASES: Readonly<Record<string, TaskName>> = {
  "sentiment-analysis": "text-classification",
  vqa: "visual-question-answering",
  rerank: "text-ranking",
  reranking: "text-ranking",
  embeddings: "feature-extraction",
};

/** Tasks of transformers that no engine call does, and what comes nearest. */
const UNSERVED: Readonly<Record<string, string>> = {
  "token-classification": "A generative model can list names with generate() and a grammar.",
  ner: "A generative model can list names with generate() and a grammar.",
  "fill-mask": "score() tells how likely a text is, for models that write.",
  "question-answering": "document-question-answering answers questions about a text in a file.",
  "table-question-answering": "document-question-answering reads tables in files.",
  "automatic-speech-recognition": "generate() takes sounds in files, for models that hear.",
  "audio-classification": "generate() takes sounds in files, for models that hear.",
  "text-to-speech": "Nothing here makes sound.",
  "text-to-audio": "Nothing here makes sound.",
  "image-classification": "image-text-to-text can ask what is in a picture.",
  "zero-shot-image-classification": "image-text-to-text can ask what is in a picture.",
  "object-detection": "image-text-to-text can ask what is in a picture.",
  "any-to-any": "image-text-to-text takes pictures and texts.",
};

/** A task as it is served, and as it was asked for. */
export interface NamedTask {
  readonly name: TaskName;
  readonly asked: string;
}

/**
 * @throws {InvalidParameterError} INVALID_PARAMETER for a name that is no task
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a task that is not served
 */
export function findTask(task: unknown): NamedTask {
  const asked = typeof task === "string" ? task : "";
  if (Object.hasOwn(TASKS, asked)) return { name: asked as TaskName, asked };
  const alias = Object.hasOwn(ALIASES, asked) ? ALIASES[asked] : undefined;
  if (alias !== undefined) return { name: alias, asked: alias };
  // "translation_en_to_de" names the direction, too.
  if (/^translation_\w+_to_\w+$/.test(asked)) return { name: "translation", asked };
  const names = Object.keys(TASKS);
  if (Object.hasOwn(UNSERVED, asked)) {
    const instead = UNSERVED[asked] ?? "";
    throw new UnsupportedFeatureError(
      `The pipeline "${asked}" is not served. ${instead} Served are ${names.join(", ")}.`,
      { details: { parameter: "task", value: asked, remedies: [instead] } },
    );
  }
  throw invalidParameter(`There is no pipeline for the task ${preview(task)}`, {
    parameter: "task",
    value: task,
    allowed: names.join(", "),
    nearest: nearest(asked, [...names, ...Object.keys(ALIASES), ...Object.keys(UNSERVED)]),
  });
}
