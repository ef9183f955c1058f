import { invalidParameter } from "../config/invalid.js";
import type { GenerateOptions } from "../config/types.js";
import { mapOptions, type OptionTable } from "./call-options.js";
import type { PipelineModel } from "./task-pipeline.js";

const NO_BEAMS = { values: [1], why: "there is no beam search" };
const TEXT_ONLY = { values: [false], why: "a pipeline gives texts; tokenize() gives tokens" };

/** What transformers' generate() and its pipelines call their options. */
const TABLE: OptionTable = {
  max_new_tokens: { as: "max_tokens" },
  max_length: {
    only: { values: [], why: "max_new_tokens counts the new tokens, whatever the prompt's length" },
  },
  do_sample: { own: "boolean" },
  num_return_sequences: { as: "n" },
  stop_strings: { as: "stop" },
  stop_sequence: { as: "stop" },
  return_full_text: { own: "boolean" },
  num_beams: { only: NO_BEAMS },
  return_tensors: { only: TEXT_ONLY },
  return_text: { only: { values: [true], why: "a pipeline gives texts" } },
  clean_up_tokenization_spaces: {
    only: { values: [false], why: "texts come as the model's tokens spell them" },
  },
  use_cache: { only: { values: [true], why: "the KV cache is always used" } },
};

export interface PipelineGeneration {
  readonly options: GenerateOptions;
  /** Whether the prompt is part of the result; undefined: as the task has it. */
  readonly fullText: boolean | undefined;
}

/**
 * The options of a call of a pipeline that generates; `do_sample: false` is greedy, and with
 * `do_sample: true` a task that is greedy by default samples as the model's creators advise.
 *
 * @param defaults the task's, for what neither the call nor the pipeline was given
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 */
export function generationOptions(
  { task, configured }: PipelineModel,
  given: unknown,
  defaults: GenerateOptions,
): PipelineGeneration {
  const { provider, own } = mapOptions(task, given, TABLE, "generate");
  const options = { ...unlessConfigured(defaults, configured), ...provider };
  const doSample = own["do_sample"];
  if (doSample === true) {
    if ((provider["temperature"] ?? configured["temperature"]) === 0) throw contradiction();
    if (provider["temperature"] === undefined) delete options.temperature;
  }
  return {
    options: doSample === false ? { ...options, temperature: 0 } : options,
    fullText: own["return_full_text"] as boolean | undefined,
  };
}

function contradiction(): Error {
  return invalidParameter('"do_sample" is true, but the temperature is 0, which is greedy', {
    parameter: "do_sample",
    value: true,
    allowed: "false, or with a temperature above 0",
  });
}

function unlessConfigured(
  defaults: GenerateOptions,
  configured: PipelineModel["configured"],
): GenerateOptions {
  return Object.fromEntries(
    Object.entries(defaults).filter(([name]) => configured[name] === undefined),
  );
}
