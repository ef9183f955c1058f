import type { Config } from "../config.js";
import type { Facts, Family } from "../family.js";
import { rmsNorm, transformer } from "../hyperparameters.js";
import { requireSetting } from "../requirements.js";
import { linear, norm, type TensorRule } from "../tensor-rules.js";
import { DECODER_NAMES } from "./decoder.js";

const ATTENTION = "layers.{layer}.self_attn";

/** Some layers attend, the others convolve over a few tokens. */
export const LFM2: Family = {
  architecture: "lfm2",
  classes: ["Lfm2ForCausalLM", "LFM2ForCausalLM"],
  modelTypes: ["lfm2"],
  defaults: {
    max_position_embeddings: 128000,
    norm_eps: 1e-5,
    num_key_value_heads: 8,
    rope_theta: 1e6,
    conv_L_cache: 3,
    conv_bias: false,
    block_multiple_of: 256,
    block_ffn_dim_multiplier: 1,
    block_auto_adjust_ff_dim: true,
    pad_token_id: 0,
    bos_token_id: 1,
    eos_token_id: 2,
    tie_word_embeddings: true,
  },
  renamings: DECODER_NAMES,
  derive: (config) => ({ intermediate_size: feedForward(config) }),
  sizes: (config, { hidden }) => ({
    convIn: 3 * hidden,
    kernel: config.integer("conv_L_cache"),
  }),
  rope: ["linear", "yarn"],
  check(facts) {
    requireSetting(facts, "conv_bias", false);
  },
  metadata(facts) {
    const isAttending = attendingLayers(facts);
    return [
      ...transformer(facts),
      rmsNorm(facts),
      [
        "attention.head_count_kv",
        "i32[]",
        isAttending.map((attends) => (attends ? facts.dims.kvHeads : 0)),
      ],
      ["shortconv.l_cache", "u32", facts.config.integer("conv_L_cache")],
    ];
  },
  embedding: "embed_tokens",
  tensors(facts) {
    const isAttending = attendingLayers(facts);
    const attends = { layers: (layer: number): boolean => isAttending[layer] === true };
    const convolves = { layers: (layer: number): boolean => isAttending[layer] !== true };
    return [
      norm("blk.{layer}.attn_norm", "layers.{layer}.operator_norm"),
      ...ATTENDING.map((rule) => ({ ...rule, ...attends })),
      ...CONVOLVING.map((rule) => ({ ...rule, ...convolves })),
      norm("blk.{layer}.ffn_norm", "layers.{layer}.ffn_norm"),
      linear("blk.{layer}.ffn_gate", "layers.{layer}.feed_forward.w1", ["ffn", "hidden"]),
      linear("blk.{layer}.ffn_up", "layers.{layer}.feed_forward.w3", ["ffn", "hidden"]),
      linear("blk.{layer}.ffn_down", "layers.{layer}.feed_forward.w2", ["hidden", "ffn"]),
      // The engine's name for the last norm of this one.
      norm("token_embd_norm", "embedding_norm"),
    ];
  },
  head: { module: "lm_head" },
};

const ATTENDING: readonly TensorRule[] = [
  linear("blk.{layer}.attn_q", `${ATTENTION}.q_proj`, ["query", "hidden"]),
  linear("blk.{layer}.attn_k", `${ATTENTION}.k_proj`, ["key", "hidden"]),
  linear("blk.{layer}.attn_v", `${ATTENTION}.v_proj`, ["key", "hidden"]),
  linear("blk.{layer}.attn_output", `${ATTENTION}.out_proj`, ["hidden", "query"]),
  norm("blk.{layer}.attn_q_norm", `${ATTENTION}.q_layernorm`, "headDim"),
  norm("blk.{layer}.attn_k_norm", `${ATTENTION}.k_layernorm`, "headDim"),
];

const CONVOLVING: readonly TensorRule[] = [
  linear("blk.{layer}.shortconv.conv", "layers.{layer}.conv.conv", ["hidden", "kernel"], {
    exact: true,
  }),
  linear("blk.{layer}.shortconv.in_proj", "layers.{layer}.conv.in_proj", ["convIn", "hidden"]),
  linear("blk.{layer}.shortconv.out_proj", "layers.{layer}.conv.out_proj", ["hidden", "hidden"]),
];

function attendingLayers({ config, dims }: Facts): boolean[] {
  const types = config.texts("layer_types");
  const indices = config.numbers("full_attn_idxs");
  if (types !== undefined && types.length !== dims.layers) {
    throw config.damaged("layer_types has to have one entry per layer.");
  }
  return Array.from({ length: dims.layers }, (_, layer) =>
    types === undefined ? (indices?.includes(layer) ?? true) : types[layer] !== "conv",
  );
}

/** The width that the configuration means, which is not the one that it says. */
function feedForward(config: Config): number {
  const width = config.integer("block_ff_dim", "intermediate_size");
  if (!config.flag("block_auto_adjust_ff_dim")) return width;
  const scaled = Math.trunc(
    config.number("block_ffn_dim_multiplier") * Math.trunc((2 * width) / 3),
  );
  const multiple = Math.max(1, config.integer("block_multiple_of"));
  return multiple * Math.ceil(scaled / multiple);
}
