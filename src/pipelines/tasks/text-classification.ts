import { isPlainObject } from "../../internal/is-plain-object.js";
import type { LabelScore } from "../../runtime/pooled-results.js";
import { mapOptions, type OptionTable } from "../call-options.js";
import { textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

export interface TextClassificationOptions {
  /**
   * How many labels per text; null for all. Given, an array has an array per text.
   * @default 1
   */
  top_k?: number | null;
  /** @default as the head needs it: "softmax", or "sigmoid" for a single output */
  function_to_apply?: "softmax" | "sigmoid" | "none";
  signal?: AbortSignal;
}

export interface TextClassificationRun {
  (text: string, options?: TextClassificationOptions): Promise<LabelScore[]>;
  (
    texts: readonly string[],
    options?: TextClassificationOptions & { top_k?: undefined },
  ): Promise<LabelScore[]>;
  (texts: readonly string[], options: TextClassificationOptions): Promise<LabelScore[][]>;
}

const TABLE: OptionTable = {
  top_k: { own: "integer" },
  function_to_apply: { as: "function_to_apply" },
};

/** "text-classification" and "sentiment-analysis". */
export class TextClassification implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, given?: unknown): Promise<LabelScore[] | LabelScore[][]> {
    const { llm, task } = this.#model;
    const texts = textsOf(task, input);
    const wantsAll = isPlainObject(given) && given["top_k"] === null;
    const { provider, own } = mapOptions(
      task,
      wantsAll ? { ...given, top_k: undefined } : given,
      TABLE,
      "classify",
    );
    const topK = own["top_k"] as number | undefined;
    const scores = await llm.classify(texts, provider);
    const best = scores.map((labels) => labels.slice(0, wantsAll ? undefined : (topK ?? 1)));
    // A list without top_k is flat: one label per text.
    const isFlat = typeof input === "string" || (topK === undefined && !wantsAll);
    return isFlat ? best.flat() : best;
  }
}
