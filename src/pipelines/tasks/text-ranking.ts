import { isPlainObject } from "../../internal/is-plain-object.js";
import { mapOptions, type OptionTable } from "../call-options.js";
import { badInput, textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

/** A document and its place among those that were given, as sentence-transformers ranks. */
export interface Ranked {
  corpus_id: number;
  /** From 0 to 1. */
  score: number;
  /** With `return_documents`. */
  text?: string;
}

export interface TextRankingOptions {
  /** How many of the best. @default all */
  top_k?: number;
  /** @default false */
  return_documents?: boolean;
  signal?: AbortSignal;
}

export interface TextRankingRun {
  (query: string, documents: readonly string[], options?: TextRankingOptions): Promise<Ranked[]>;
  (
    input: { query: string; documents: readonly string[] },
    options?: TextRankingOptions,
  ): Promise<Ranked[]>;
}

const TABLE: OptionTable = { top_k: { as: "top_n" } };

/** "text-ranking": the documents that answer a query, best first. */
export class TextRanking implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, second?: unknown, third?: unknown): Promise<Ranked[]> {
    const { llm, task } = this.#model;
    const isObject = isPlainObject(input);
    const query = isObject ? input["query"] : input;
    if (typeof query !== "string") {
      throw badInput(task, input, "a query and documents, or { query, documents }");
    }
    const documents = isObject ? input["documents"] : second;
    if (!Array.isArray(documents))
      throw badInput(task, documents, "documents: an array of strings");
    const { provider } = mapOptions(task, isObject ? second : third, TABLE, "rerank");
    const ranked = await llm.rerank(query, textsOf(task, documents), provider);
    return ranked.map(({ index, score, document }) => ({
      corpus_id: index,
      score,
      ...(document === undefined ? {} : { text: document }),
    }));
  }
}
