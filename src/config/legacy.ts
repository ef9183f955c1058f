import type { InvalidParameterError } from "../errors.js";
import { parameterError } from "./invalid.js";

/** What replaced a name: the option, where it is one, and a sentence that says how. */
interface Replacement {
  readonly by?: string;
  readonly advice: string;
}

const DEVICE_MAP = 'Use device_map, for example device_map: "auto".';

/** Names of the old API and of neighbouring libraries. */
export const LEGACY: Readonly<Record<string, Replacement>> = {
  image: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.jpg"] }).' },
  images: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.jpg", "b.jpg"] }).' },
  image_detail: { advice: "Leave it out: pictures are prepared as the model wants them." },
  document: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.pdf"] }).' },
  documents: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.pdf", "b.csv"] }).' },
  device: { by: "device_map", advice: DEVICE_MAP },
  device_type: { by: "device_map", advice: DEVICE_MAP },
  load: { by: "preload", advice: "The model loads on first use, or ahead of it with preload()." },
  provider: { advice: "Leave it out: the class HuggingFaceProvider says it." },
  api_key: { by: "token", advice: "Use token for the Hub; models themselves run in this process." },
  base_url: { advice: "Leave it out: models run in this process." },
  max_new_tokens: { by: "max_tokens", advice: "Use max_tokens." },
  max_length: { by: "max_tokens", advice: "Use max_tokens, which counts the new tokens only." },
  do_sample: { by: "temperature", advice: "Use temperature: 0 is greedy, anything above samples." },
  n_ctx: { by: "context_window", advice: "Use context_window." },
  repeat_penalty: { by: "repetition_penalty", advice: "Use repetition_penalty." },
  typical: { by: "typical_p", advice: "Use typical_p." },
  prompt: { advice: "It is the first argument: generate(prompt, options)." },
  messages: { advice: "They are the first argument: generate(messages, options)." },
  request_timeout: { by: "timeout", advice: "Use timeout, in seconds." },
  model_cache_dir: { by: "cache_dir", advice: "Use cache_dir." },
  attn_implementation: { by: "use_flash_attention", advice: "Use use_flash_attention." },
  logging_enabled: { by: "logger", advice: "Use logger: nothing is logged without one." },
};

export function isLegacyName(name: string): boolean {
  return Object.hasOwn(LEGACY, name);
}

/** The error for an option, or for the method `load`, that something else replaced. */
export function replacedError(name: string, value?: unknown): InvalidParameterError {
  const { by, advice } = LEGACY[name] ?? { advice: "Leave it out." };
  return parameterError(`There is no "${name}". ${advice}`, {
    parameter: name,
    value,
    allowed: advice,
    nearest: by,
  });
}
