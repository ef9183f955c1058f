import type { Evidence } from "../capabilities/evidence.js";
import type { CapabilityName } from "../capabilities/types.js";
import type { HuggingFaceProvider } from "../provider.js";

/** What a pipeline works with. */
export interface PipelineModel {
  readonly llm: HuggingFaceProvider;
  readonly evidence: Evidence;
  /** As it was asked for: "translation_en_to_de". */
  readonly task: string;
  /** What the pipeline was made with: it comes before the task's own defaults. */
  readonly configured: Readonly<Record<string, unknown>>;
}

/** One task over a provider: inputs and outputs are those of transformers' pipeline. */
export interface TaskPipeline {
  run(...args: never[]): Promise<unknown>;
}

/** A task: what a model needs for it, and what does it. */
export interface TaskDefinition {
  /** Any of them will do. */
  readonly needs: readonly CapabilityName[];
  readonly create: (model: PipelineModel) => TaskPipeline;
}
