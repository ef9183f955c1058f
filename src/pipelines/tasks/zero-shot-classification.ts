import { isPlainObject } from "../../internal/is-plain-object.js";
import { mapOptions } from "../call-options.js";
import { badInput, likeInput, textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

/** Labels and their scores, best first. */
export interface ZeroShotResult {
  sequence: string;
  labels: string[];
  scores: number[];
}

export interface ZeroShotOptions {
  /** An array, or names with commas between them; instead of the second argument. */
  candidate_labels?: string | readonly string[];
  /** @default "This example is {}." */
  hypothesis_template?: string;
  /** @default false */
  multi_label?: boolean;
  signal?: AbortSignal;
}

type Labels = string | readonly string[] | ZeroShotOptions;

export interface ZeroShotRun {
  (sequence: string, labels: Labels, options?: ZeroShotOptions): Promise<ZeroShotResult>;
  (
    sequences: readonly string[],
    labels: Labels,
    options?: ZeroShotOptions,
  ): Promise<ZeroShotResult[]>;
}

/** "zero-shot-classification": labels of the caller's own, by natural language inference. */
export class ZeroShotClassification implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(
    input: unknown,
    second?: unknown,
    third?: unknown,
  ): Promise<ZeroShotResult | ZeroShotResult[]> {
    const { llm, task } = this.#model;
    const sequences = textsOf(task, input);
    const options = isPlainObject(second) ? second : third;
    const { candidate_labels = second, ...given } = isPlainObject(options) ? options : {};
    const labels = labelsOf(task, candidate_labels);
    const others = options === undefined || isPlainObject(options) ? given : options;
    const { provider } = mapOptions(task, others, {}, "classify");
    const scored = await llm.classify(sequences, { ...provider, labels });
    const results = sequences.map((sequence, index) => {
      const best = scored[index] ?? [];
      return {
        sequence,
        labels: best.map(({ label }) => label),
        scores: best.map(({ score }) => score),
      };
    });
    return likeInput(input, results);
  }
}

function labelsOf(task: string, given: unknown): string[] {
  const list: unknown = typeof given === "string" ? given.split(",") : given;
  const labels = Array.isArray(list) ? (list as unknown[]) : [];
  const texts = labels.map((label) => (typeof label === "string" ? label.trim() : ""));
  if (texts.length === 0 || texts.includes("")) {
    throw badInput(task, given, "candidate labels: an array of strings, or names with commas");
  }
  return texts;
}
