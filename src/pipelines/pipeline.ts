import type { CallOptions, ProviderOptions } from "../config/types.js";
import { collectModel } from "../capabilities/collect-model.js";
import { assertOptions } from "../config/read-options.js";
import { resolveCallOptions, resolveProviderConfig } from "../config/resolve.js";
import { HuggingFaceProvider } from "../provider.js";
import { assertServes } from "./requirements.js";
import { findTask } from "./task-names.js";
import { TASKS } from "./tasks/index.js";
import type { TaskPipeline } from "./task-pipeline.js";
import type { Pipeline, PipelineTask } from "./types.js";

/** Those of the provider, and what the loading takes. */
export type PipelineOptions = Omit<ProviderOptions, "model"> & CallOptions;

/**
 * One task with one model, as transformers' function of this name: inputs, outputs and options
 * are shaped as there. The model is loaded before it resolves, after its files have said that
 * it can do the task.
 *
 * @param model as `model` of HuggingFaceProvider takes it
 *   @default the embedded model
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a task that the model does not
 *   serve; the message says which it does
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND, and what else loading throws
 *
 * @example
 * const write = await pipeline("text-generation", "./phi-2", { device_map: "auto" });
 * const [{ generated_text }] = await write("Once upon a time", { max_new_tokens: 32 });
 * await write.dispose();
 */
export async function pipeline<Task extends PipelineTask>(
  task: Task,
  model?: string | URL,
  options: PipelineOptions = {},
): Promise<Pipeline<Task>> {
  const { name, asked } = findTask(task);
  assertOptions(options, "provider");
  const { signal, onProgress, ...rest } = options;
  const given = model === undefined ? rest : { ...rest, model };
  const call: CallOptions = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  resolveCallOptions(call);
  const config = resolveProviderConfig(given);
  const llm = new HuggingFaceProvider(given);
  try {
    signal?.throwIfAborted();
    const evidence = await collectModel(config, { signal });
    assertServes(name, evidence);
    const runner = TASKS[name].create({ llm, evidence, task: asked, configured: rest });
    await llm.preload(call);
    return toCallable<Task>(asked, runner, llm);
  } catch (error) {
    await llm.cleanup();
    throw error;
  }
}

function toCallable<Task extends PipelineTask>(
  task: string,
  runner: TaskPipeline,
  llm: HuggingFaceProvider,
): Pipeline<Task> {
  const dispose = (): Promise<void> => llm.cleanup();
  const run = (...args: never[]): Promise<unknown> => runner.run(...args);
  const handle = { task, dispose, [Symbol.asyncDispose]: dispose };
  return Object.assign(run, handle) as unknown as Pipeline<Task>;
}
