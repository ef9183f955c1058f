import * as z from "zod/mini";
import { isPlainObject } from "../internal/is-plain-object.js";
import type { TokenBias } from "./resolved.js";
import { MAX_INT32 } from "./rules.js";

export const LOGIT_BIAS_WORDS =
  "an object from token ids to finite numbers, or to -Infinity or false for tokens to forbid";

/**
 * Parses `{ "15043": -1.5, 29889: false }` to pairs in the order of the ids, which is the
 * order in which JavaScript lists such keys.
 */
export function logitBiasSchema(): z.ZodMiniType {
  return z.pipe(z.custom<Record<string, unknown>>(isPlainObject), z.transform(parseBiases));
}

function parseBiases(
  biases: Record<string, unknown>,
  context: z.core.ParsePayload,
): readonly TokenBias[] {
  const pairs: TokenBias[] = [];
  for (const [key, value] of Object.entries(biases)) {
    const id = parseTokenId(key);
    const bias = parseBias(value);
    if (id === undefined || bias === undefined) {
      context.issues.push({ code: "custom", path: [key], input: value });
      return z.NEVER;
    }
    pairs.push(Object.freeze([id, bias] as const));
  }
  return Object.freeze(pairs);
}

function parseTokenId(key: string): number | undefined {
  const id = Number(key);
  // One spelling per id, or two keys could name the same token.
  return String(id) === key && Number.isInteger(id) && id >= 0 && id <= MAX_INT32 ? id : undefined;
}

function parseBias(value: unknown): number | undefined {
  if (value === false) return -Infinity;
  if (typeof value !== "number") return undefined;
  // The engine computes in float32, where the largest doubles are infinite.
  return value === -Infinity || Number.isFinite(Math.fround(value)) ? value : undefined;
}
