import { GENERATE, PROVIDER, PROVIDER_AND_GENERATE, type Place } from "./places.js";
import { choice, custom, integer, number, type Rule } from "./rules.js";
import {
  deviceMapSchema,
  DEVICE_NAMES,
  fileSchema,
  keepAliveSchema,
  listOf,
  logprobsSchema,
  maxMemorySchema,
  toolSchema,
} from "./deferred-schemas.js";
import { nameSchema } from "./value-schemas.js";

/**
 * An option that is part of the public surface but not served in full yet. It is
 * type-checked like any other, and then accepted only where the package already does
 * what the value asks for: nothing is ever ignored.
 */
export interface DeferredOption {
  readonly places: readonly Place[];
  readonly rule: Rule;
  /** Whether today's behaviour is what the value asks for. */
  readonly isHonoured: (value: unknown) => boolean;
  /** What to do meanwhile: a sentence of its own. */
  readonly instead: string;
}

const never = (): boolean => false;
const always = (): boolean => true;
const only =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const empty = (value: unknown): boolean => Object.keys(value as object).length === 0;

const CACHE_TYPES = choice("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0");
const TRUE_OR_FALSE = choice(true, false);
const LOCAL_MODEL = "Download the model yourself and give its path as model.";

export const DEFERRED = {
  device_map: {
    places: PROVIDER,
    rule: custom(
      '"auto", a device ("cpu", "cuda", "cuda:1", "metal", "mps", "vulkan:0"), or an object from module names to devices',
      deviceMapSchema,
      DEVICE_NAMES,
    ),
    isHonoured: only("auto", "cpu"),
    instead: 'Leave it out, or give "auto" or "cpu".',
  },
  max_memory: {
    places: PROVIDER,
    rule: custom(
      'an object from devices to sizes, which are bytes or strings such as "4GiB"',
      maxMemorySchema,
    ),
    isHonoured: empty,
    instead: "Leave it out, and bound memory by a smaller model or context_window.",
  },
  use_flash_attention: {
    places: PROVIDER,
    rule: choice(true, false, "auto"),
    isHonoured: only("auto"),
    instead: 'Leave it out, or give "auto": the engine uses it where the device can.',
  },
  cache_type_k: {
    places: PROVIDER,
    rule: CACHE_TYPES,
    isHonoured: only("f16"),
    instead: 'Leave it out, or give "f16".',
  },
  cache_type_v: {
    places: PROVIDER,
    rule: CACHE_TYPES,
    isHonoured: only("f16"),
    instead: 'Leave it out, or give "f16".',
  },
  keep_alive: {
    places: PROVIDER,
    rule: custom("a number of seconds from 0 to Infinity", keepAliveSchema),
    isHonoured: only(Infinity),
    instead: "Leave it out, or give Infinity: a model stays loaded until cleanup().",
  },
  cache_dir: {
    places: PROVIDER,
    rule: custom("the path of a folder, not empty", nameSchema),
    isHonoured: never,
    instead: LOCAL_MODEL,
  },
  token: {
    places: PROVIDER,
    rule: custom("an access token of the Hub, not empty", nameSchema),
    isHonoured: never,
    instead: LOCAL_MODEL,
  },
  revision: {
    places: PROVIDER,
    rule: custom("a branch, a tag or a commit, not empty", nameSchema),
    isHonoured: never,
    instead: LOCAL_MODEL,
  },
  local_files_only: {
    places: PROVIDER,
    rule: TRUE_OR_FALSE,
    // Nothing is downloaded, and `false` is a permission, not an order.
    isHonoured: always,
    instead: LOCAL_MODEL,
  },
  trust_remote_code: {
    places: PROVIDER,
    rule: TRUE_OR_FALSE,
    isHonoured: only(false),
    instead: "Leave it out: code that comes with a model is never run.",
  },
  draft_model: {
    places: PROVIDER,
    rule: custom("a repository id, or the path of a model file or folder", nameSchema),
    isHonoured: never,
    instead: "Leave it out: the text is the same without a draft model.",
  },
  mmproj: {
    places: PROVIDER,
    rule: custom("the path of a projector file", nameSchema),
    isHonoured: never,
    instead: "Leave it out, and give text only.",
  },
  files: {
    places: GENERATE,
    rule: custom("an array of paths, URLs, Buffers, Blobs or streams", listOf(fileSchema)),
    isHonoured: empty,
    instead: "Put the text of documents into the prompt.",
  },
  tools: {
    places: PROVIDER_AND_GENERATE,
    rule: custom("an array of tool definitions", listOf(toolSchema)),
    isHonoured: empty,
    instead: "Describe the tools in the prompt, and bind the answer with grammar.",
  },
  n: {
    places: PROVIDER_AND_GENERATE,
    rule: integer(1, 256),
    isHonoured: only(1),
    instead: "Call generate() once per completion.",
  },
  logprobs: {
    places: PROVIDER_AND_GENERATE,
    rule: custom("true, false, or how many alternatives per token, 0 to 100", logprobsSchema),
    isHonoured: only(false, 0),
    instead: "score() gives the log-probabilities of a finished text.",
  },
  priority: {
    places: PROVIDER_AND_GENERATE,
    rule: number(-100, 100),
    isHonoured: only(0),
    instead: "Leave it out: calls are served in turn.",
  },
  truncation_strategy: {
    places: PROVIDER_AND_GENERATE,
    rule: choice("error", "left", "middle", "rolling"),
    isHonoured: only("error"),
    instead: 'Leave it out, or give "error", and shorten the prompt yourself.',
  },
} as const satisfies Record<string, DeferredOption>;
