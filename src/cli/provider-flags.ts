import { GENERATION_DEFAULTS } from "../config/defaults.js";
import type { ProviderOptions } from "../index.js";
import type { Arguments } from "./arguments.js";
import { flagValue } from "./flag-value.js";
import type { Flag, FlagGroup } from "./flag.js";

interface ProviderFlag extends Omit<Flag, "name"> {
  /** Where it is not the option's own name with dashes. */
  readonly name?: string;
}

type ProviderFlags = Readonly<Partial<Record<keyof ProviderOptions, ProviderFlag>>>;

/** The options of HuggingFaceProvider that the command line has: the only list of them. */
const MODEL = {
  model: {
    short: "m",
    kind: "text",
    placeholder: "MODEL",
    help: "A repository of the Hugging Face Hub, such as owner/name or owner/name:Q4_K_M, a .gguf file, or the folder of a checkpoint (default: the embedded model)",
  },
  revision: {
    kind: "text",
    placeholder: "NAME",
    help: "Branch, tag or commit of the repository (default: main)",
  },
  token: {
    kind: "text",
    placeholder: "TOKEN",
    help: "Access token of the Hub (default: HF_TOKEN, or that of `hf auth login`)",
  },
  cache_dir: {
    kind: "text",
    placeholder: "FOLDER",
    help: "The folder of downloaded models (default: that of huggingface_hub)",
  },
  local_files_only: { kind: "switch", help: "Download nothing: use what is in the cache" },
  context_window: {
    kind: "number",
    placeholder: "N",
    help: "Tokens that prompt and answer may have together (default: the model's own, at most 8192)",
  },
  threads: {
    kind: "number",
    placeholder: "N",
    help: "Threads that compute (default: one per physical core)",
  },
  kv_cache_tokens: {
    kind: "number",
    placeholder: "N",
    help: "Tokens that the KV cache holds (default: as many as the context window)",
  },
  cache_type_k: {
    kind: "text",
    placeholder: "TYPE",
    help: "Type of cached keys, such as q8_0 (default: f16)",
  },
  cache_type_v: {
    kind: "text",
    placeholder: "TYPE",
    help: "Type of cached values, such as q8_0 (default: f16)",
  },
  use_flash_attention: {
    name: "no-flash-attention",
    kind: "off-switch",
    help: "Compute attention the plain way",
  },
  draft_model: {
    kind: "text",
    placeholder: "FILE",
    help: "A small model of the same vocabulary, as GGUF, that guesses ahead",
  },
  mmproj: {
    kind: "text",
    placeholder: "FILE",
    help: "The projector with which a .gguf model sees (default: one beside it)",
  },
  device_map: {
    kind: "text",
    placeholder: "DEVICE",
    help: "Where the model runs, as `abstractllm devices` names it (default: auto)",
  },
  max_memory: {
    kind: "pairs",
    placeholder: "DEVICE=SIZE",
    help: "The most memory on a device, such as cpu=8GiB; repeatable (default: what is free)",
  },
  torch_dtype: {
    kind: "text",
    placeholder: "TYPE",
    help: "Type of a checkpoint's weights: float32, float16 or bfloat16 (default: its own)",
  },
  quantization: {
    kind: "text",
    placeholder: "TYPE",
    help: "Quantises a checkpoint while it loads: q8_0, q4_0, q4_k_m and others",
  },
  load_in_8bit: { kind: "switch", help: "Short for --quantization q8_0" },
  load_in_4bit: { kind: "switch", help: "Short for --quantization q4_0" },
  adapter: {
    kind: "texts",
    placeholder: "FOLDER",
    help: "A LoRA adapter for a checkpoint, or its repository; repeatable, they add up",
  },
} as const satisfies ProviderFlags;

const GENERATION = {
  system_prompt: {
    name: "system",
    kind: "text",
    placeholder: "TEXT",
    help: "Instructions that come before the conversation",
  },
  apply_chat_template: {
    name: "no-chat-template",
    kind: "off-switch",
    help: "Give the model the prompt as it is, without its chat template",
  },
  parse_special: {
    kind: "switch",
    help: "Take special tokens' text in such a prompt for the tokens",
  },
  max_tokens: { kind: "number", placeholder: "N", help: "The most tokens to generate" },
  stop: {
    kind: "texts",
    placeholder: "TEXT",
    help: "Ends the answer, and does not appear in it; \\n and \\t have their meaning; repeatable",
  },
  grammar: { kind: "text", placeholder: "GBNF", help: "A grammar that the answer follows" },
  seed: { kind: "number", placeholder: "N", help: "Same seed, same answer (default: random)" },
  timeout: { kind: "number", placeholder: "SECONDS", help: "Time limit of an answer" },
  priority: {
    kind: "number",
    placeholder: "N",
    help: "Precedence over what else uses the model, -100 to 100",
  },
  truncation_strategy: {
    kind: "text",
    placeholder: "WHICH",
    help: "What to leave out of a prompt that is too long: left, middle or rolling (default: none, an error)",
  },
  prompt_lookup_num_tokens: {
    name: "prompt-lookup",
    kind: "number",
    placeholder: "N",
    help: "Guess up to N tokens ahead from earlier text; the answer stays the same",
  },
  n: { kind: "number", placeholder: "N", help: "Answers to the prompt, one below the other" },
  logprobs: {
    kind: "number",
    placeholder: "N",
    help: "Give the log-probability of each token with N alternatives, in --json",
  },
} as const satisfies ProviderFlags;

const SAMPLING = {
  temperature: {
    kind: "number",
    placeholder: "X",
    help: "Randomness; 0 always takes the likeliest token",
  },
  top_k: { kind: "number", placeholder: "N", help: "Keep the N likeliest tokens; 0 keeps all" },
  top_p: {
    kind: "number",
    placeholder: "X",
    help: "Keep the likeliest tokens of this probability together; 1 keeps all",
  },
  min_p: {
    kind: "number",
    placeholder: "X",
    help: "Keep tokens at least this likely, relative to the likeliest; 0 keeps all",
  },
  typical_p: {
    kind: "number",
    placeholder: "X",
    help: "Keep tokens of typical information, up to this probability; 1 keeps all",
  },
  repetition_penalty: {
    kind: "number",
    placeholder: "X",
    help: "Divides the logits of recent tokens; 1 is off",
  },
  frequency_penalty: {
    kind: "number",
    placeholder: "X",
    help: "Subtracted per occurrence of a recent token",
  },
  presence_penalty: {
    kind: "number",
    placeholder: "X",
    help: "Subtracted from all recent tokens",
  },
  penalty_last_n: {
    kind: "number",
    placeholder: "N",
    help: "How many tokens are recent; 0 turns the penalties off",
  },
  dry_multiplier: {
    kind: "number",
    placeholder: "X",
    help: "Strength of DRY, which penalises repeated sequences; 0 is off",
  },
  dry_base: { kind: "number", placeholder: "X", help: "Growth of DRY's penalty per token" },
  dry_allowed_length: {
    kind: "number",
    placeholder: "N",
    help: "Length up to which DRY lets repetitions pass",
  },
  dry_penalty_last_n: {
    kind: "number",
    placeholder: "N",
    help: "How many tokens DRY searches",
  },
  dry_sequence_breakers: {
    kind: "texts",
    placeholder: "TEXT",
    help: "Ends a repetition for DRY; \\n and \\t have their meaning; repeatable",
  },
  xtc_probability: {
    kind: "number",
    placeholder: "X",
    help: "How often XTC removes the likeliest tokens; 0 is off",
  },
  xtc_threshold: {
    kind: "number",
    placeholder: "X",
    help: "Probability from which a token is likely for XTC",
  },
  mirostat: { kind: "number", placeholder: "0|1|2", help: "Version of Mirostat; 0 is off" },
  mirostat_tau: { kind: "number", placeholder: "X", help: "Mirostat's target surprise, in bits" },
  mirostat_eta: { kind: "number", placeholder: "X", help: "Mirostat's learning rate" },
  logit_bias: {
    kind: "biases",
    placeholder: "ID=BIAS",
    help: "Added to the logit of a token, by its id; ID=false forbids it; repeatable",
  },
} as const satisfies ProviderFlags;

type ProviderFlagName = keyof typeof MODEL | keyof typeof GENERATION | keyof typeof SAMPLING;

const ALL: ProviderFlags = { ...MODEL, ...GENERATION, ...SAMPLING };

/** Those that say what is loaded, and how. */
export const MODEL_FLAG_GROUP: FlagGroup = { title: "Model", flags: toFlags(MODEL) };

export const PROVIDER_FLAG_GROUPS: readonly FlagGroup[] = [
  MODEL_FLAG_GROUP,
  { title: "Generation", flags: toFlags(GENERATION) },
  { title: "Sampling", flags: toFlags(SAMPLING) },
];

/** The flag that sets an option of the provider; undefined when none does. */
export function flagOfOption(option: string): string | undefined {
  if (!Object.hasOwn(ALL, option)) return undefined;
  return ALL[option as ProviderFlagName]?.name ?? option.replaceAll("_", "-");
}

/**
 * The provider's options that were given. Their values are checked by the provider; here
 * they only get the types that they are written as.
 */
export function providerOptions(args: Arguments): ProviderOptions {
  const options: Record<string, unknown> = {};
  for (const [option, { kind }] of Object.entries(ALL)) {
    const flag = flagOfOption(option) ?? option;
    const given = args.all(flag);
    if (given.length > 0) options[option] = flagValue(flag, kind, given);
  }
  return options;
}

function toFlags(flags: ProviderFlags): Flag[] {
  return Object.entries(flags).map(([option, flag]) => ({
    ...flag,
    name: flag.name ?? option.replaceAll("_", "-"),
    help: flag.help + defaultOf(option),
  }));
}

function defaultOf(option: string): string {
  const value = (GENERATION_DEFAULTS as unknown as Record<string, unknown>)[option];
  return typeof value === "number" ? ` (default: ${String(value)})` : "";
}
