import type { Facts } from "./family.js";
import type { Metadata } from "./metadata.js";

/** What the engine wants to know of every transformer. */
export function transformer({ dims }: Facts): Metadata[] {
  return [
    ["block_count", "u32", dims.layers],
    ["context_length", "u32", dims.context],
    ["embedding_length", "u32", dims.hidden],
    ["feed_forward_length", "u32", dims.ffn],
    ["attention.head_count", "u32", dims.heads],
    ["attention.head_count_kv", "u32", dims.kvHeads],
  ];
}

/** The size of a head, for families whose heads do not share out the hidden size. */
export function headSize({ dims }: Facts): Metadata[] {
  return [
    ["attention.key_length", "u32", dims.headDim],
    ["attention.value_length", "u32", dims.headDim],
  ];
}

export function rmsNorm({ config }: Facts): Metadata {
  return ["attention.layer_norm_rms_epsilon", "f32", config.number("rms_norm_eps", "norm_eps")];
}

export function layerNormEpsilon({ config }: Facts): Metadata {
  const epsilon = config.number(
    ...(["layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"] as const),
  );
  return ["attention.layer_norm_epsilon", "f32", epsilon];
}

/** Experts that replace the feed-forward part of all layers. */
export function mixture({ dims }: Facts): Metadata[] {
  return [
    ["expert_count", "u32", dims.experts],
    ["expert_used_count", "u32", dims.expertsUsed],
  ];
}
