import type { EstimateMemory } from "./types.js";

/** Bits per parameter, with the scales of blocks. */
const BITS = { none: 16, q8_0: 8.5, q4_k_m: 4.85 } as const;
/** The length of a conversation that should have room, in tokens. */
const CONVERSATION = 4096;
const BILLION = 1e9;
/** Buffers of the engine, and what else it takes. */
const OVERHEAD_BYTES = 256 * 1024 * 1024;

/**
 * Bytes by size alone: parameters times bits, and keys and values as models of that size have
 * them. Within a quarter of what is really needed; a header says it exactly.
 */
export const estimateMemory: EstimateMemory = (model, quantization) => {
  const { parameters, active = parameters, kvBytesPerToken } = model;
  const bytes = (count: number): number => (count * BILLION * BITS[quantization]) / 8;
  return {
    weightBytes: bytes(parameters) + OVERHEAD_BYTES,
    cacheBytes: (kvBytesPerToken ?? usualCache(parameters)) * CONVERSATION,
    readBytes: bytes(active),
  };
};

/** Keys and values of a token: from 12 KiB for a tenth of a billion to 320 KiB for seventy. */
function usualCache(parameters: number): number {
  return 1024 * Math.min(320, Math.max(12, 40 * Math.sqrt(parameters)));
}
