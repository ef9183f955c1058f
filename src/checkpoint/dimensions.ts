import type { Config } from "./config.js";
import { damaged } from "./errors.js";

/** llama.cpp keeps per-layer numbers and experts in arrays of these lengths. */
export const MAX_LAYERS = 512;
const MAX_EXPERTS = 1024;
export const MAX_WIDTH = 2 ** 20;

/** The sizes that tensor shapes are made of. */
export interface Dimensions {
  readonly layers: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  /** Width of the feed-forward part. */
  readonly ffn: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** heads x headDim. */
  readonly query: number;
  /** kvHeads x headDim, of keys and of values. */
  readonly key: number;
  /** 0 for models without experts. */
  readonly experts: number;
  readonly expertsUsed: number;
  /** Width of one expert. */
  readonly expertFfn: number;
  /** Tokens of the longest text that the model was made for. */
  readonly context: number;
}

export type DimensionName = keyof Dimensions;

/** The sizes of a transformer, by all names that configurations have had for them. */
export function readDimensions(config: Config): Dimensions {
  const hidden = config.integer("hidden_size", "n_embd", "d_model", "dim");
  const heads = config.integer("num_attention_heads", "n_head", "n_heads", "num_heads");
  const kvHeads =
    config.optionalInteger("num_key_value_heads", "num_kv_heads", "n_head_kv") ?? heads;
  const headDim = config.optionalInteger("head_dim", "d_kv") ?? hidden / heads;
  const ffn = config.optionalInteger(
    ...(["intermediate_size", "n_inner", "ffn_hidden_size", "hidden_dim", "d_ff"] as const),
  );
  const experts = config.optionalInteger("num_local_experts", "num_experts") ?? 0;
  const dims: Dimensions = {
    layers: config.integer("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    hidden,
    ffn: ffn ?? 4 * hidden,
    heads,
    kvHeads,
    headDim,
    query: heads * headDim,
    key: kvHeads * headDim,
    experts,
    expertsUsed: config.optionalInteger("num_experts_per_tok") ?? 0,
    expertFfn: config.optionalInteger("moe_intermediate_size") ?? ffn ?? 4 * hidden,
    context: config.integer("max_position_embeddings", "n_positions", "n_ctx"),
  };
  check(dims);
  return dims;
}

function check(dims: Dimensions): void {
  const { layers, hidden, ffn, heads, kvHeads, headDim, experts, expertsUsed, context } = dims;
  within("num_hidden_layers", layers, 1, MAX_LAYERS);
  within("hidden_size", hidden, 1, MAX_WIDTH);
  within("intermediate_size", ffn, 1, MAX_WIDTH);
  within("num_attention_heads", heads, 1, 2 ** 16);
  within("num_key_value_heads", kvHeads, 1, heads);
  within("num_experts", experts, 0, MAX_EXPERTS);
  within("num_experts_per_tok", expertsUsed, experts > 0 ? 1 : 0, experts > 0 ? experts : 2 ** 20);
  within("max_position_embeddings", context, 1, 2 ** 31 - 1);
  within("moe_intermediate_size", dims.expertFfn, 1, MAX_WIDTH);
  if (!Number.isInteger(headDim)) {
    throw damaged(
      "config.json",
      `hidden_size ${String(hidden)} does not divide into ${String(heads)} attention heads.`,
    );
  }
  within("head_dim", headDim, 1, 2 ** 16);
  within("num_attention_heads x head_dim", dims.query, 1, MAX_WIDTH);
  if (heads % kvHeads !== 0) {
    throw damaged(
      "config.json",
      `num_attention_heads ${String(heads)} is no multiple of num_key_value_heads ${String(kvHeads)}.`,
    );
  }
}

/** @throws {ModelLoadingError} MODEL_LOADING for a value outside of a range */
export function within(setting: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw damaged(
    "config.json",
    `${setting} is ${String(value)}; it has to be from ${String(low)} to ${String(high)}.`,
  );
}
