import type { EmbedOptions } from "../../config/types.js";
import { mapOptions } from "../call-options.js";
import { likeInput, textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

/** The vectors of a text's tokens: [1][token][dimension]. */
export type Features = number[][][];

export interface FeatureExtractionRun {
  (text: string, options?: Readonly<Record<string, unknown>>): Promise<Features>;
  (texts: readonly string[], options?: Readonly<Record<string, unknown>>): Promise<Features[]>;
}

/** "feature-extraction": the last hidden state, token by token, neither pooled nor normalised. */
export class FeatureExtraction implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, given?: unknown): Promise<Features | Features[]> {
    const { llm, task } = this.#model;
    const texts = textsOf(task, input);
    const none = { return_tensors: { only: { values: [false], why: "arrays are given" } } };
    const { provider } = mapOptions(task, given, none, "embed");
    const { pooling = "none", normalize = false } = provider as EmbedOptions;
    const vectors = await llm.embed(texts, { ...provider, pooling, normalize });
    const features = await Promise.all(
      texts.map(async (text, index): Promise<Features> => {
        const values = vectors[index] ?? new Float32Array();
        const rows = pooling === "none" ? await llm.countTokens(text) : 1;
        return [toRows(values, rows)];
      }),
    );
    return likeInput(input, features);
  }
}

function toRows(values: Float32Array, count: number): number[][] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );
}
