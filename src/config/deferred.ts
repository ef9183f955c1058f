import { PROVIDER, PROVIDER_AND_GENERATE, type Place } from "./places.js";
import { choice, custom, type Rule } from "./rules.js";
import { DEVICE_ALIASES, DEVICE_NAMES } from "./device-name.js";
import {
  deviceMapSchema,
  keepAliveSchema,
  listOf,
  maxMemorySchema,
  toolSchema,
} from "./deferred-schemas.js";

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

const only =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const empty = (value: unknown): boolean => Object.keys(value as object).length === 0;

const TRUE_OR_FALSE = choice(true, false);

export const DEFERRED = {
  device_map: {
    places: PROVIDER,
    rule: custom(
      '"auto", a device ("cpu", "cuda", "cuda:1", "metal", "mps", "vulkan:0"), or an object from module names to devices',
      deviceMapSchema,
      { names: DEVICE_NAMES, aliases: DEVICE_ALIASES },
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
  keep_alive: {
    places: PROVIDER,
    rule: custom("a number of seconds from 0 to Infinity", keepAliveSchema),
    isHonoured: only(Infinity),
    instead: "Leave it out, or give Infinity: a model stays loaded until cleanup().",
  },
  trust_remote_code: {
    places: PROVIDER,
    rule: TRUE_OR_FALSE,
    isHonoured: only(false),
    instead: "Leave it out: code that comes with a model is never run.",
  },
  tools: {
    places: PROVIDER_AND_GENERATE,
    rule: custom("an array of tool definitions", listOf(toolSchema)),
    isHonoured: empty,
    instead: "Describe the tools in the prompt, and bind the answer with grammar.",
  },
} as const satisfies Record<string, DeferredOption>;
