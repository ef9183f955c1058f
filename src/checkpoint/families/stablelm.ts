import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { requireActivation, SILU } from "../requirements.js";
import { rotatedDimensions } from "../rope.js";
import { layerNorm, norm } from "../tensor-rules.js";
import { attention, DECODER_NAMES, gatedFeedForward } from "./decoder.js";

export const STABLELM: Family = {
  architecture: "stablelm",
  classes: ["StableLmForCausalLM", "StableLMEpochForCausalLM", "StableLmModel"],
  modelTypes: ["stablelm"],
  defaults: {
    hidden_act: "silu",
    max_position_embeddings: 4096,
    layer_norm_eps: 1e-5,
    partial_rotary_factor: 0.25,
    num_key_value_heads: 32,
    bos_token_id: 0,
    eos_token_id: 0,
    tie_word_embeddings: false,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...SILU);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["rope.dimension_count", "u32", rotatedDimensions(facts.rope, facts.dims.headDim)],
    ["use_parallel_residual", "bool", facts.config.flag("use_parallel_residual")],
  ],
  embedding: "embed_tokens",
  tensors: [
    layerNorm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    ...attention({ bias: "optional" }),
    norm(
      "blk.{layer}.attn_q_norm",
      "layers.{layer}.self_attn.q_layernorm.norms.{index}",
      "headDim",
      { stack: "heads", optional: true },
    ),
    norm(
      "blk.{layer}.attn_k_norm",
      "layers.{layer}.self_attn.k_layernorm.norms.{index}",
      "headDim",
      { stack: "kvHeads", optional: true },
    ),
    // Where both halves of a layer start from one norm, there is no second.
    norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm", "hidden", {
      bias: "optional",
      optional: true,
    }),
    ...gatedFeedForward(),
    layerNorm("output_norm", "norm"),
  ],
  head: { module: "lm_head", separate: true },
};
