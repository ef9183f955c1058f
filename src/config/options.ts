import { DEVICE_ALIASES, DEVICE_NAMES } from "./device-name.js";
import { fileSchema, listOf, oneOrMany } from "./deferred-schemas.js";
import { DEFERRED } from "./deferred.js";
import { FILE_LIMITS_WORDS, fileLimitsSchema } from "./file-limits-schema.js";
import { HUB_OPTIONS } from "./hub-options.js";
import { LOGIT_BIAS_WORDS, logitBiasSchema } from "./logit-bias.js";
import { LOG_LEVELS } from "./logger.js";
import {
  DEVICE_MAP_WORDS,
  deviceMapSchema,
  keepAliveSchema,
  MAX_MEMORY_WORDS,
  maxMemorySchema,
} from "./placement-schemas.js";
import {
  CAPABILITIES,
  CLASSIFY,
  DECODE,
  EMBED,
  ENCODE,
  EVERY_CALL,
  EVERY_CALL_AND_TOKENIZERS,
  GENERATE,
  PROVIDER,
  PROVIDER_AND_GENERATE,
  RERANK,
  type Place,
} from "./places.js";
import { choice, custom, integer, MAX_INT32, number, numberAbove, type Rule } from "./rules.js";
import {
  BREAKERS_WORDS,
  breakersSchema,
  functionSchema,
  grammarSchema,
  hypothesisSchema,
  LABELS_WORDS,
  labelsSchema,
  loggerSchema,
  logprobsSchema,
  modelSchema,
  nameSchema,
  signalSchema,
  STOP_WORDS,
  stopSchema,
  textSchema,
} from "./value-schemas.js";

/** One known option: where it may be given, and what values it takes. */
export interface Option {
  readonly places: readonly Place[];
  readonly rule: Rule;
}

// The engine's limit (GGML_MAX_N_THREADS).
const MAX_THREADS = 512;
// What setTimeout can wait for, in seconds.
const MAX_TIMEOUT = Math.floor(MAX_INT32 / 1000);
// The engine reserves memory for the whole window before it has seen a token.
const MAX_WINDOW = 2 ** 20;
// Far beyond any use, and small enough that no product overflows float32.
const LARGE = 100;

// Each is a sequence of its own.
const MAX_COMPLETIONS = 64;
const MAX_LOOKUP = 64;
const CACHE_TYPES = choice("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0");

const SERVED = {
  model: provider(
    custom(
      "a repository of the Hub, or the path or the file: URL of a .gguf file or of a checkpoint's folder, not empty",
      modelSchema,
    ),
  ),
  context_window: provider(integer(1, MAX_INT32)),
  threads: provider(integer(1, MAX_THREADS)),
  kv_cache_tokens: provider(integer(1, MAX_INT32)),
  cache_type_k: provider(CACHE_TYPES),
  cache_type_v: provider(CACHE_TYPES),
  use_flash_attention: provider(choice(true, false, "auto")),
  draft_model: provider(
    custom("a repository of the Hub, or the path or the file: URL of a .gguf file", modelSchema),
  ),
  mmproj: provider(custom("the path or the file: URL of a projector file, not empty", modelSchema)),
  device_map: provider(
    custom(DEVICE_MAP_WORDS, deviceMapSchema, { names: DEVICE_NAMES, aliases: DEVICE_ALIASES }),
  ),
  max_memory: provider(custom(MAX_MEMORY_WORDS, maxMemorySchema)),
  keep_alive: provider(custom("a number of seconds from 0 to Infinity", keepAliveSchema)),
  max_queue: provider(integer(1, MAX_WINDOW)),
  torch_dtype: provider(choice("auto", "float32", "float16", "bfloat16")),
  quantization: provider(
    choice(
      ...["none", "q8_0", "q6_k", "q5_k_m", "q5_k_s", "q4_k_m", "q4_k_s", "q4_0"],
      ...["q3_k_m", "q3_k_l", "q3_k_s", "q2_k"],
    ),
  ),
  load_in_8bit: provider(choice(true, false)),
  load_in_4bit: provider(choice(true, false)),
  ...HUB_OPTIONS,
  adapter: provider(
    custom(
      "the folder or the repository of an adapter, or an array of them",
      oneOrMany(nameSchema),
    ),
  ),
  logger: provider(
    custom(
      "a function (level, message), or an object with error, warn, info or debug",
      loggerSchema,
    ),
  ),
  log_level: provider(choice(...LOG_LEVELS)),

  temperature: generation(number(0, LARGE)),
  max_tokens: generation(integer(1, MAX_INT32)),
  top_k: generation(integer(0, MAX_INT32)),
  top_p: generation(numberAbove(0, 1)),
  min_p: generation(number(0, 1)),
  typical_p: generation(numberAbove(0, 1)),
  repetition_penalty: generation(numberAbove(0, LARGE)),
  frequency_penalty: generation(number(-2, 2)),
  presence_penalty: generation(number(-2, 2)),
  penalty_last_n: generation(integer(0, MAX_WINDOW)),
  dry_multiplier: generation(number(0, LARGE)),
  dry_base: generation(number(1, LARGE)),
  dry_allowed_length: generation(integer(0, MAX_WINDOW)),
  dry_penalty_last_n: generation(integer(0, MAX_WINDOW)),
  dry_sequence_breakers: generation(custom(BREAKERS_WORDS, breakersSchema)),
  xtc_probability: generation(number(0, 1)),
  xtc_threshold: generation(number(0, 1)),
  mirostat: generation(choice(0, 1, 2)),
  mirostat_tau: generation(numberAbove(0, LARGE)),
  mirostat_eta: generation(numberAbove(0, LARGE)),
  logit_bias: generation(custom(LOGIT_BIAS_WORDS, logitBiasSchema)),
  seed: generation(integer(0, 2 ** 32 - 1)),
  stop: generation(custom(STOP_WORDS, stopSchema)),
  grammar: generation(custom("a grammar in GBNF, not empty", grammarSchema)),
  system_prompt: generation(custom("a string", textSchema)),
  apply_chat_template: generation(choice(true, false)),
  parse_special: { places: [...PROVIDER_AND_GENERATE, ...ENCODE], rule: choice(true, false) },
  timeout: generation(numberAbove(0, MAX_TIMEOUT)),
  n: generation(integer(1, MAX_COMPLETIONS)),
  logprobs: generation(
    custom("true, false, or how many alternatives per token, 0 to 100", logprobsSchema),
  ),
  prompt_lookup_num_tokens: generation(integer(0, MAX_LOOKUP)),
  priority: generation(number(-100, 100)),
  truncation_strategy: generation(choice("error", "left", "middle", "rolling")),
  file_limits: generation(custom(FILE_LIMITS_WORDS, fileLimitsSchema)),
  allow_local_addresses: generation(choice(true, false)),

  pooling: { places: EMBED, rule: choice("mean", "cls", "last", "none") },
  normalize: { places: EMBED, rule: choice(true, false) },
  top_n: { places: RERANK, rule: integer(1, MAX_INT32) },
  return_documents: { places: RERANK, rule: choice(true, false) },
  labels: { places: CLASSIFY, rule: custom(LABELS_WORDS, labelsSchema) },
  multi_label: { places: CLASSIFY, rule: choice(true, false) },
  function_to_apply: { places: CLASSIFY, rule: choice("softmax", "sigmoid", "none") },
  hypothesis_template: {
    places: CLASSIFY,
    rule: custom('a string with "{}" in it', hypothesisSchema),
  },
  all: { places: CAPABILITIES, rule: choice(true, false) },

  stream: { places: GENERATE, rule: choice(true, false) },
  files: {
    places: GENERATE,
    rule: custom("an array of paths, URLs, Buffers, Blobs or streams", listOf(fileSchema)),
  },
  add_special_tokens: { places: ENCODE, rule: choice(true, false) },
  return_offsets_mapping: { places: ENCODE, rule: choice(true, false) },
  skip_special_tokens: { places: DECODE, rule: choice(true, false) },

  signal: { places: EVERY_CALL_AND_TOKENIZERS, rule: custom("an AbortSignal", signalSchema) },
  onProgress: { places: EVERY_CALL, rule: custom("a function", functionSchema) },
} as const satisfies Record<string, Option>;

/** Every known option, by name. */
export const OPTIONS = { ...SERVED, ...DEFERRED } as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** The names of the options that a place takes. */
export function optionNamesAt(place: Place): OptionName[] {
  const names = Object.keys(OPTIONS) as OptionName[];
  return names.filter((name) => OPTIONS[name].places.includes(place));
}

function provider(rule: Rule): Option {
  return { places: PROVIDER, rule };
}

/** Generation options are defaults in the constructor, and may be given again per call. */
function generation(rule: Rule): Option {
  return { places: PROVIDER_AND_GENERATE, rule };
}
