import type { Family } from "../family.js";
import { layerNormEpsilon, rmsNorm, transformer } from "../hyperparameters.js";
import { GELU_TANH, requireActivation, requireSetting, SILU } from "../requirements.js";
import { longRopeFactors, rotatedDimensions } from "../rope.js";
import { layerNorm, linear, norm } from "../tensor-rules.js";
import { DECODER_NAMES } from "./decoder.js";

const ATTENTION = "layers.{layer}.self_attn";
const WITH_BIAS = { bias: "required" } as const;

/** Phi-1, Phi-1.5 and Phi-2. */
export const PHI2: Family = {
  architecture: "phi2",
  classes: ["PhiForCausalLM", "PhiModel"],
  modelTypes: ["phi"],
  defaults: {
    hidden_act: "gelu_new",
    max_position_embeddings: 2048,
    layer_norm_eps: 1e-5,
    partial_rotary_factor: 0.5,
    bos_token_id: 1,
    eos_token_id: 2,
    tie_word_embeddings: false,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...GELU_TANH);
    requireSetting(facts, "qk_layernorm", false, undefined);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["rope.dimension_count", "u32", rotatedDimensions(facts.rope, facts.dims.headDim)],
  ],
  embedding: "embed_tokens",
  tensors: [
    layerNorm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    linear("blk.{layer}.attn_q", `${ATTENTION}.q_proj`, ["query", "hidden"], WITH_BIAS),
    linear("blk.{layer}.attn_k", `${ATTENTION}.k_proj`, ["key", "hidden"], WITH_BIAS),
    linear("blk.{layer}.attn_v", `${ATTENTION}.v_proj`, ["key", "hidden"], WITH_BIAS),
    linear("blk.{layer}.attn_output", `${ATTENTION}.dense`, ["hidden", "query"], WITH_BIAS),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.fc1", ["ffn", "hidden"], WITH_BIAS),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.fc2", ["hidden", "ffn"], WITH_BIAS),
    layerNorm("output_norm", "final_layernorm"),
  ],
  head: { module: "lm_head", bias: "required", separate: true },
};

/** Phi-3, Phi-3.5, Phi-4 and their mini versions. */
export const PHI3: Family = {
  architecture: "phi3",
  classes: ["Phi3ForCausalLM", "Phi3Model"],
  modelTypes: ["phi3"],
  defaults: {
    hidden_act: "silu",
    max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    bos_token_id: 1,
    eos_token_id: 32000,
    tie_word_embeddings: false,
  },
  renamings: DECODER_NAMES,
  sizes: (_, { query, key, ffn }) => ({ qkv: query + 2 * key, gateUp: 2 * ffn }),
  rope: ["longrope"],
  check(facts) {
    requireActivation(facts, ...SILU);
  },
  metadata: (facts) => [
    ...transformer(facts),
    rmsNorm(facts),
    ["rope.dimension_count", "u32", rotatedDimensions(facts.rope, facts.dims.headDim)],
    // The engine has no sliding window for it: see docs/checkpoints.md.
    ["attention.sliding_window", "u32", 0],
  ],
  embedding: "embed_tokens",
  tensors: [
    norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    linear("blk.{layer}.attn_qkv", `${ATTENTION}.qkv_proj`, ["qkv", "hidden"]),
    linear("blk.{layer}.attn_output", `${ATTENTION}.o_proj`, ["hidden", "query"]),
    norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.gate_up_proj", ["gateUp", "hidden"]),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.down_proj", ["hidden", "ffn"]),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head" },
  generated({ rope, dims }) {
    if (rope.type !== "longrope") return [];
    const { long, short } = longRopeFactors(rope, rotatedDimensions(rope, dims.headDim));
    return [
      { name: "rope_factors_long.weight", values: long },
      { name: "rope_factors_short.weight", values: short },
    ];
  },
};
