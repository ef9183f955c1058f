import { isPlainObject } from "../../internal/is-plain-object.js";
import { mapOptions } from "../call-options.js";
import { badInput, textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

export interface SentenceSimilarityRun {
  (
    source: string,
    sentences: readonly string[],
    options?: Readonly<Record<string, unknown>>,
  ): Promise<number[]>;
  (
    input: { source_sentence: string; sentences: readonly string[] },
    options?: Readonly<Record<string, unknown>>,
  ): Promise<number[]>;
}

/** "sentence-similarity": cosines of a sentence with others, as the Hub's API gives them. */
export class SentenceSimilarity implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, second?: unknown, third?: unknown): Promise<number[]> {
    const { llm, task } = this.#model;
    const isObject = isPlainObject(input);
    const source = isObject ? input["source_sentence"] : input;
    if (typeof source !== "string") {
      throw badInput(task, input, "a sentence and others, or { source_sentence, sentences }");
    }
    const sentences = textsOf(task, isObject ? input["sentences"] : second);
    const { provider } = mapOptions(task, isObject ? second : third, {}, "embed");
    const [first, ...others] = await llm.embed([source, ...sentences], provider);
    return others.map((other) => dot(first ?? other, other));
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
