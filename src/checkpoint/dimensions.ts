import type { Config } from "./config.js";

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

/** All names that configurations have had for each size. */
const NAMES = {
  layers: ["num_hidden_layers", "n_layer", "n_layers", "num_layers"],
  hidden: ["hidden_size", "n_embd", "d_model", "dim"],
  ffn: ["intermediate_size", "n_inner", "ffn_hidden_size", "hidden_dim", "d_ff"],
  heads: ["num_attention_heads", "n_head", "n_heads", "num_heads"],
  kvHeads: ["num_key_value_heads", "num_kv_heads", "n_head_kv"],
  headDim: ["head_dim", "d_kv"],
  experts: ["num_local_experts", "num_experts"],
  expertsUsed: ["num_experts_per_tok"],
  expertFfn: ["moe_intermediate_size"],
  context: ["max_position_embeddings", "n_positions", "n_ctx"],
} as const;

/** The sizes of a transformer, by all names that configurations have had for them. */
export function readDimensions(config: Config): Dimensions {
  const hidden = config.integer(...NAMES.hidden);
  const heads = config.integer(...NAMES.heads);
  const kvHeads = config.optionalInteger(...NAMES.kvHeads) ?? heads;
  const headDim = config.optionalInteger(...NAMES.headDim) ?? hidden / heads;
  const ffn = config.optionalInteger(...NAMES.ffn) ?? 4 * hidden;
  const dims: Dimensions = {
    layers: config.integer(...NAMES.layers),
    hidden,
    ffn,
    heads,
    kvHeads,
    headDim,
    query: heads * headDim,
    key: kvHeads * headDim,
    experts: config.optionalInteger(...NAMES.experts) ?? 0,
    expertsUsed: config.optionalInteger(...NAMES.expertsUsed) ?? 0,
    expertFfn: config.optionalInteger(...NAMES.expertFfn) ?? ffn,
    context: config.integer(...NAMES.context),
  };
  check(dims, config);
  return dims;
}

function check(dims: Dimensions, config: Config): void {
  const { hidden, heads, kvHeads, headDim, experts } = dims;
  const within = (size: keyof typeof NAMES, low: number, high: number): void => {
    assertWithin(config, config.nameOf(NAMES[size]), dims[size], [low, high]);
  };
  within("layers", 1, MAX_LAYERS);
  within("hidden", 1, MAX_WIDTH);
  within("ffn", 1, MAX_WIDTH);
  within("heads", 1, 2 ** 16);
  within("kvHeads", 1, heads);
  within("experts", 0, MAX_EXPERTS);
  within("expertsUsed", experts > 0 ? 1 : 0, experts > 0 ? experts : 2 ** 20);
  within("context", 1, 2 ** 31 - 1);
  within("expertFfn", 1, MAX_WIDTH);
  if (!Number.isInteger(headDim)) {
    throw config.damaged(
      `${config.nameOf(NAMES.hidden)} ${String(hidden)} does not divide into ${String(heads)} attention heads.`,
    );
  }
  within("headDim", 1, 2 ** 16);
  const product = `${config.nameOf(NAMES.heads)} x ${config.nameOf(NAMES.headDim)}`;
  assertWithin(config, product, dims.query, [1, MAX_WIDTH]);
  if (heads % kvHeads !== 0) {
    throw config.damaged(
      `${config.nameOf(NAMES.heads)} ${String(heads)} is no multiple of ` +
        `${config.nameOf(NAMES.kvHeads)} ${String(kvHeads)}.`,
    );
  }
}

/** @throws {ModelLoadingError} MODEL_LOADING for a value outside of a range */
export function assertWithin(
  config: Config,
  setting: string,
  value: number,
  [low, high]: readonly [number, number],
): void {
  if (value >= low && value <= high) return;
  throw config.damaged(
    `${setting} is ${String(value)}; it has to be from ${String(low)} to ${String(high)}.`,
  );
}
