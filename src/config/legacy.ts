import type { InvalidParameterError } from "../errors.js";
import { FOREIGN_NAMES } from "./foreign-names.js";
import { parameterError } from "./invalid.js";
import { leaveOut, renamed, type Replacement } from "./replacement.js";

const DEVICE_MAP = 'Use device_map, for example device_map: "auto".';

/** Names of the old API: each says what replaced it. */
export const LEGACY: Readonly<Record<string, Replacement>> = {
  image: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.jpg"] }).' },
  images: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.jpg", "b.jpg"] }).' },
  image_detail: leaveOut("pictures are prepared as the model wants them"),
  document: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.pdf"] }).' },
  documents: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.pdf", "b.csv"] }).' },
  audio: { by: "files", advice: 'Use files: generate(prompt, { files: ["a.wav"] }).' },
  file: {
    by: "files",
    advice: 'Use files, which is an array: generate(prompt, { files: ["a.pdf"] }).',
  },
  attachments: renamed("files", ': generate(prompt, { files: ["a.jpg", "b.pdf"] })'),
  device: { by: "device_map", advice: DEVICE_MAP },
  device_type: { by: "device_map", advice: DEVICE_MAP },
  load: { by: "preload", advice: "The model loads on first use, or ahead of it with preload()." },
  provider: leaveOut("the class HuggingFaceProvider says it"),
  api_key: renamed("token", " for the Hub; models themselves run in this process"),
  base_url: leaveOut("models run in this process"),
  max_new_tokens: renamed("max_tokens"),
  max_length: renamed("max_tokens", ", which counts the new tokens only"),
  do_sample: renamed("temperature", ": 0 is greedy, anything above samples"),
  repeat_penalty: renamed("repetition_penalty"),
  typical: renamed("typical_p"),
  prompt: { advice: "It is the first argument: generate(prompt, options)." },
  messages: { advice: "They are the first argument: generate(messages, options)." },
  request_timeout: renamed("timeout", ", in seconds"),
  model_cache_dir: renamed("cache_dir"),
  attn_implementation: renamed("use_flash_attention"),
  logging_enabled: renamed("logger", ": nothing is logged without one"),
};

/** What stands for a name of the old API or of another package; camelCase counts as snake_case. */
export function replacementOf(name: string): Replacement | undefined {
  const snakeCase = name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase();
  if (Object.hasOwn(LEGACY, snakeCase)) return LEGACY[snakeCase];
  return Object.hasOwn(FOREIGN_NAMES, snakeCase) ? FOREIGN_NAMES[snakeCase] : undefined;
}

/** The error for an option that something else stands for. */
export function replacedError(
  name: string,
  { by, advice }: Replacement,
  value?: unknown,
): InvalidParameterError {
  return parameterError(`There is no "${name}". ${advice}`, {
    parameter: name,
    value,
    allowed: advice,
    nearest: by,
  });
}
