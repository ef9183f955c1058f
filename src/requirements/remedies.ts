import { formatBytes } from "../internal/format-bytes.js";
import type { Remedy } from "./types.js";

/** Options that were tried in a dry run, and what came of them. */
export interface Trial {
  readonly options: Readonly<Record<string, unknown>>;
  readonly fits: boolean;
  /** On the device that has too little. */
  readonly needed_bytes: number;
}

/** Trials by what they change, in the order in which remedies are told. */
export interface Trials {
  /** The largest context first. */
  readonly context: readonly Trial[];
  /** The most exact types first. */
  readonly cache: readonly Trial[];
  /** Both together, the largest context first. */
  readonly both: readonly Trial[];
  /** The most exact quantisation first; empty for a file, whose weights stay as they are. */
  readonly quantization: readonly Trial[];
  readonly offload: readonly Trial[];
}

/** What `another model` is told with. */
export interface ModelRoom {
  /** On the device that has too little. */
  readonly available_bytes: number;
  readonly needed_bytes: number;
  readonly weights_bytes: number;
}

/**
 * What makes a model fit, the least loss first: of each kind, the first trial that fits.
 * Another model is the last word, and always there.
 */
export function chooseRemedies(trials: Trials, room: ModelRoom): Remedy[] {
  const found = [
    firstFitting(trials.context, contextWords),
    firstFitting(trials.cache, cacheWords),
  ].filter((remedy) => remedy !== undefined);
  const both = found.length > 0 ? undefined : firstFitting(trials.both, bothWords);
  return [
    ...found,
    ...(both === undefined ? [] : [both]),
    ...[
      firstFitting(trials.quantization, quantizationWords),
      firstFitting(trials.offload, offloadWords),
    ].filter((remedy) => remedy !== undefined),
    anotherModel(room),
  ];
}

type Words = (options: Readonly<Record<string, unknown>>) => string;

function firstFitting(trials: readonly Trial[], words: Words): Remedy | undefined {
  const trial = trials.find(({ fits }) => fits);
  if (trial === undefined) return undefined;
  const { options, needed_bytes } = trial;
  const [option = "", value] = Object.entries(options)[0] ?? [];
  const taken = formatBytes(needed_bytes);
  return {
    option,
    value,
    options,
    words: `${words(options)}, which takes ${taken}.`,
    needed_bytes,
  };
}

const contextWords: Words = ({ context_window, kv_cache_tokens }) => {
  const names = [
    ...(context_window === undefined ? [] : ["context_window"]),
    ...(kv_cache_tokens === undefined ? [] : ["kv_cache_tokens"]),
  ];
  return `Set ${names.join(" and ")} to ${String(context_window ?? kv_cache_tokens)}`;
};

const cacheWords: Words = ({ cache_type_k }) =>
  `Set cache_type_k and cache_type_v to "${String(cache_type_k)}"`;

const bothWords: Words = (options) =>
  `${contextWords(options)}, and cache_type_k and cache_type_v to "${String(options["cache_type_k"])}"`;

const quantizationWords: Words = ({ quantization }) =>
  `Set quantization to "${String(quantization)}"`;

const offloadWords: Words = ({ device_map }) => `Set device_map to "${String(device_map)}"`;

function anotherModel({ available_bytes, needed_bytes, weights_bytes }: ModelRoom): Remedy {
  const most = available_bytes - (needed_bytes - weights_bytes);
  const size = most > 0 ? `, whose weights take at most ${formatBytes(most)}` : "";
  return {
    option: "model",
    value: undefined,
    options: {},
    words: `Use a model with fewer parameters, or a smaller quantisation${size}.`,
    needed_bytes: undefined,
  };
}
