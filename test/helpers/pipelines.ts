import { readFileSync } from "node:fs";
import {
  pipeline,
  type Pipeline,
  type PipelineOptions,
  type PipelineTask,
} from "../../src/index.js";

/** What transformers' pipelines give: see test/fixtures/pipelines/make.py. */
export const PIPELINE_REFERENCE = JSON.parse(
  readFileSync(new URL("../fixtures/pipelines/reference.json", import.meta.url), "utf8"),
) as {
  readonly texts: readonly [string, string];
  readonly labels: readonly string[];
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** What transformers gives for a task, by the name of the case. */
export function referenceOf(task: string, name: string): unknown {
  const found = PIPELINE_REFERENCE.results[task]?.[name];
  if (found === undefined) throw new Error(`The reference has no ${task}: ${name}`);
  return found;
}

/** As near to transformers in float32 as it gets, on one thread. */
export const EXACT: PipelineOptions = {
  threads: 1,
  torch_dtype: "float32",
  use_flash_attention: false,
};

/** One pipeline for the tests of a suite, disposed of after them. */
export function usePipeline<Task extends PipelineTask>(
  task: Task,
  model?: string,
): () => Pipeline<Task> {
  let pipe: Pipeline<Task> | undefined;
  before(async () => {
    pipe = await pipeline(task, model, EXACT);
  });
  after(async () => {
    await pipe?.dispose();
  });
  return () => {
    if (pipe === undefined) throw new Error("usePipeline() serves tests only");
    return pipe;
  };
}
