import { leaveOut, renamed, type Replacement } from "./replacement.js";

const MODEL = renamed("model");
const CONTEXT = renamed("context_window");
const MAX_TOKENS = renamed("max_tokens");
const STOP = renamed("stop");
const THREADS = renamed("threads");
const SYSTEM = renamed("system_prompt");
const LAYERS: Replacement = {
  by: "device_map",
  advice:
    'Use device_map: "auto" fits layers into memory, and an object has a device for each module.',
};
const DEVICES: Replacement = {
  by: "device_map",
  advice: 'Use device_map: "auto", "cpu" or "cuda:0".',
};
const SHAPE: Replacement = {
  by: "grammar",
  advice:
    "This version takes no JSON schema. Use grammar: a grammar in GBNF binds the text to a form.",
};
const LISTENER: Replacement = {
  advice: "Iterate over the result: for await (const piece of llm.generate(prompt)).",
};
const GROUP: Replacement = {
  advice: "Options are not grouped: write { temperature: 0.7, max_tokens: 64 }.",
};
const LOG: Replacement = {
  by: "logger",
  advice: 'Use logger and log_level: { logger: console, log_level: "info" }.',
};
const MEMORY = leaveOut("the engine maps the file into memory where it can");
const PARALLEL = leaveOut("calls that come at the same time are computed together");
const BATCH = leaveOut("the engine chooses the size of its batches");
const TEMPLATE: Replacement = {
  by: "apply_chat_template",
  advice:
    "This version uses the model's own template. For another form, write the prompt out with apply_chat_template: false and parse_special: true.",
};
const DRY: Replacement = {
  by: "dry_multiplier",
  advice: "Use dry_multiplier, which penalises repeated sequences.",
};
const BIAS: Replacement = {
  by: "logit_bias",
  advice: "Use logit_bias: { [token]: false } forbids a token.",
};
const ROPE = leaveOut("the model's file says how its positions are scaled");

/** Options of other packages for language models, by their names in snake_case. */
export const FOREIGN_NAMES: Readonly<Record<string, Replacement>> = {
  model_path: MODEL,
  model_id: MODEL,
  model_name: MODEL,
  model_file: MODEL,
  gguf: MODEL,
  pretrained_model_name_or_path: MODEL,

  n_ctx: CONTEXT,
  num_ctx: CONTEXT,
  ctx_size: CONTEXT,
  context_size: CONTEXT,
  context_length: CONTEXT,
  max_context: CONTEXT,
  max_seq_len: CONTEXT,
  max_model_len: CONTEXT,
  n_threads: THREADS,
  num_thread: THREADS,
  num_threads: THREADS,

  n_gpu_layers: LAYERS,
  num_gpu_layers: LAYERS,
  gpu_layers: LAYERS,
  num_gpu: LAYERS,
  ngl: LAYERS,
  gpu: DEVICES,
  main_gpu: DEVICES,
  use_gpu: DEVICES,
  tensor_split: LAYERS,

  dtype: renamed("torch_dtype"),
  flash_attn: renamed("use_flash_attention"),
  flash_attention: renamed("use_flash_attention"),
  type_k: renamed("cache_type_k"),
  type_v: renamed("cache_type_v"),
  lora: renamed("adapter"),
  lora_path: renamed("adapter"),
  n_parallel: PARALLEL,
  num_parallel: PARALLEL,
  n_seq_max: PARALLEL,
  sequences: PARALLEL,
  cache_prompt: leaveOut("beginnings that prompts share are always cached"),
  n_batch: BATCH,
  n_ubatch: BATCH,
  num_batch: BATCH,
  batch_size: BATCH,
  mmap: MEMORY,
  use_mmap: MEMORY,
  mlock: MEMORY,
  use_mlock: MEMORY,
  low_vram: MEMORY,
  use_cache: leaveOut("the KV cache is always used"),
  rope_freq_base: ROPE,
  rope_freq_scale: ROPE,
  rope_scaling: ROPE,
  verbose: LOG,
  log: LOG,
  hf_token: renamed("token"),
  access_token: renamed("token"),
  use_auth_token: renamed("token"),

  n_predict: MAX_TOKENS,
  num_predict: MAX_TOKENS,
  max_completion_tokens: MAX_TOKENS,
  max_output_tokens: MAX_TOKENS,
  stop_sequences: STOP,
  stop_strings: STOP,
  stop_words: STOP,
  temp: renamed("temperature"),
  repeat_last_n: renamed("penalty_last_n"),
  last_n_tokens: renamed("penalty_last_n"),
  no_repeat_ngram_size: DRY,
  bad_words_ids: BIAS,
  suppress_tokens: BIAS,
  num_beams: leaveOut("there is no beam search"),
  top_a: leaveOut("use top_p or min_p"),
  tfs_z: leaveOut("use top_p or min_p"),
  truncate: renamed("truncation_strategy"),
  truncation: renamed("truncation_strategy"),
  context_shift: renamed("truncation_strategy", ': "rolling"'),
  num_return_sequences: renamed("n"),
  best_of: renamed("n"),
  top_logprobs: renamed("logprobs"),
  random_seed: renamed("seed"),

  response_format: SHAPE,
  json_schema: SHAPE,
  structured_output: SHAPE,
  response_model: SHAPE,
  output_schema: SHAPE,
  json_object: SHAPE,
  json_mode: SHAPE,
  format: SHAPE,
  schema: SHAPE,
  json: SHAPE,
  gbnf: renamed("grammar"),
  functions: renamed("tools"),
  tool_choice: leaveOut("this version has no tools"),
  function_call: leaveOut("this version has no tools"),

  system: SYSTEM,
  system_message: SYSTEM,
  instructions: SYSTEM,
  chat_template: TEMPLATE,
  template: TEMPLATE,
  raw: renamed("apply_chat_template", ": false"),
  add_generation_prompt: leaveOut("it is always added"),
  return_full_text: leaveOut("the prompt is not in the text"),
  echo: leaveOut("the prompt is not in the text"),
  history: { advice: "Give the whole conversation: generate([{ role, content }, ...])." },
  input: { advice: "It is the first argument: generate(prompt, options)." },

  abort_signal: renamed("signal"),
  streaming: { by: "stream", advice: "Every result can be iterated; stream: true says so." },
  streamer: LISTENER,
  on_token: LISTENER,
  on_text: LISTENER,
  on_text_chunk: LISTENER,
  callback: LISTENER,
  callback_function: LISTENER,
  progress_callback: renamed("onProgress"),

  options: GROUP,
  parameters: GROUP,
  generation_config: GROUP,
  sampling_params: GROUP,
  model_kwargs: GROUP,
};
