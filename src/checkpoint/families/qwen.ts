import type { Facts, Family } from "../family.js";
import { headSize, mixture, rmsNorm, transformer } from "../hyperparameters.js";
import { requireActivation, requireSetting, SILU } from "../requirements.js";
import { ropeSections } from "../rope.js";
import { linear, norm, type TensorRule } from "../tensor-rules.js";
import { attention, DECODER_NAMES, gatedFeedForward, routedExperts } from "./decoder.js";

const LAYER_NORMS: readonly TensorRule[] = [
  norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
  norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
];

// From Qwen3 on, each head's queries and keys are normalised.
const HEAD_NORMS: readonly TensorRule[] = [
  norm("blk.{layer}.attn_q_norm", "layers.{layer}.self_attn.q_norm", "headDim"),
  norm("blk.{layer}.attn_k_norm", "layers.{layer}.self_attn.k_norm", "headDim"),
];

const DEFAULTS = {
  hidden_act: "silu",
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-6,
  num_key_value_heads: 32,
  tie_word_embeddings: false,
};

function check(facts: Facts): void {
  requireActivation(facts, ...SILU);
  requireSetting(facts, "use_sliding_window", false, undefined);
}

function checkExperts(facts: Facts, normalised: boolean): void {
  check(facts);
  requireSetting(facts, "norm_topk_prob", normalised);
  requireSetting(facts, "decoder_sparse_step", 1, undefined);
  const dense = facts.config.numbers("mlp_only_layers") ?? [];
  if (dense.length > 0) requireSetting(facts, "mlp_only_layers", undefined);
}

export const QWEN2: Family = {
  architecture: "qwen2",
  classes: ["Qwen2ForCausalLM", "Qwen2Model"],
  modelTypes: ["qwen2"],
  // Qwen2-Audio's text_config names its other sizes only.
  defaults: { ...DEFAULTS, hidden_size: 4096, num_hidden_layers: 32, num_attention_heads: 32 },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check,
  metadata: (facts) => [...transformer(facts), rmsNorm(facts)],
  embedding: "embed_tokens",
  tensors: [
    ...LAYER_NORMS,
    ...attention({ bias: "optional" }),
    ...gatedFeedForward(),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head" },
};

export const QWEN3: Family = {
  ...QWEN2,
  architecture: "qwen3",
  classes: ["Qwen3ForCausalLM", "Qwen3Model"],
  modelTypes: ["qwen3"],
  defaults: { ...DEFAULTS, head_dim: 128 },
  metadata: (facts) => [...transformer(facts), ...headSize(facts), rmsNorm(facts)],
  tensors: [
    ...LAYER_NORMS,
    ...attention({ bias: "optional", outputBias: "optional" }),
    ...HEAD_NORMS,
    ...gatedFeedForward(),
    norm("output_norm", "norm"),
  ],
};

/** The language part of Qwen 2 and 2.5 with eyes: positions have three dimensions. */
export const QWEN2_VL: Family = {
  ...QWEN2,
  architecture: "qwen2vl",
  classes: ["Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration"],
  modelTypes: ["qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text"],
  rope: ["linear", "yarn", "mrope"],
  defaults: { ...DEFAULTS, rms_norm_eps: 1e-5, num_key_value_heads: 8 },
  metadata: (facts) => [...QWEN2.metadata(facts), ropeSections(facts.rope, facts.dims.headDim)],
};

/** The same of Qwen 3: some of its layers take rows of their own from the tower. */
export const QWEN3_VL: Family = {
  ...QWEN3,
  architecture: "qwen3vl",
  classes: ["Qwen3VLForConditionalGeneration"],
  modelTypes: ["qwen3_vl", "qwen3_vl_text"],
  rope: ["linear", "yarn", "mrope"],
  defaults: { ...DEFAULTS, head_dim: 128, max_position_embeddings: 128000, rope_theta: 5e6 },
  metadata: (facts) => [
    ...QWEN3.metadata(facts),
    ropeSections(facts.rope, facts.dims.headDim),
    ["n_deepstack_layers", "u32", deepstackLayers(facts)],
  ],
};

/** The first so many layers take rows of their own; the engine's graph needs one that does not. */
function deepstackLayers({ config, className, dims }: Facts): number {
  const vision = config.object("vision_config");
  const indexes = vision?.numbers("deepstack_visual_indexes") ?? [8, 16, 24];
  if (indexes.length < dims.layers) return indexes.length;
  const allowed = `fewer than the ${String(dims.layers)} layers`;
  throw config.unsupported(className, "deepstack_visual_indexes", indexes, allowed);
}

export const QWEN2_MOE: Family = {
  ...QWEN2,
  architecture: "qwen2moe",
  classes: ["Qwen2MoeForCausalLM", "Qwen2MoeModel"],
  modelTypes: ["qwen2_moe"],
  defaults: {
    ...DEFAULTS,
    num_key_value_heads: 16,
    norm_topk_prob: false,
    num_experts: 60,
    num_experts_per_tok: 4,
    moe_intermediate_size: 1408,
    shared_expert_intermediate_size: 5632,
  },
  sizes: (config) => ({ sharedFfn: config.integer("shared_expert_intermediate_size") }),
  check: (facts) => {
    checkExperts(facts, false);
  },
  metadata: (facts) => [
    ...transformer(facts),
    ...mixture(facts),
    rmsNorm(facts),
    ["expert_feed_forward_length", "u32", facts.dims.expertFfn],
    ["expert_shared_feed_forward_length", "u32", facts.sizes["sharedFfn"] ?? 0],
  ],
  tensors: [
    ...LAYER_NORMS,
    ...attention({ bias: "optional" }),
    ...routedExperts("expertFfn"),
    norm("blk.{layer}.ffn_gate_inp_shexp", "layers.{layer}.mlp.shared_expert_gate"),
    sharedExpert("gate", ["sharedFfn", "hidden"]),
    sharedExpert("up", ["sharedFfn", "hidden"]),
    sharedExpert("down", ["hidden", "sharedFfn"]),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head", separate: true },
};

/** The expert that all tokens go through. */
function sharedExpert(name: string, shape: readonly [string, string]): TensorRule {
  const module = `layers.{layer}.mlp.shared_expert.${name}_proj`;
  return linear(`blk.{layer}.ffn_${name}_shexp`, module, shape);
}

export const QWEN3_MOE: Family = {
  ...QWEN3,
  architecture: "qwen3moe",
  classes: ["Qwen3MoeForCausalLM", "Qwen3MoeModel"],
  modelTypes: ["qwen3_moe"],
  defaults: {
    ...DEFAULTS,
    num_key_value_heads: 4,
    norm_topk_prob: false,
    num_experts: 128,
    num_experts_per_tok: 8,
    moe_intermediate_size: 768,
  },
  check: (facts) => {
    checkExperts(facts, true);
  },
  metadata: (facts) => [
    ...transformer(facts),
    ...headSize(facts),
    ...mixture(facts),
    rmsNorm(facts),
    ["expert_feed_forward_length", "u32", facts.dims.expertFfn],
  ],
  tensors: [
    ...LAYER_NORMS,
    ...attention(),
    ...HEAD_NORMS,
    ...routedExperts("expertFfn"),
    norm("output_norm", "norm"),
  ],
};
