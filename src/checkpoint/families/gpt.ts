import type { PlanRows } from "../../native/checkpoint-plan.js";
import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { GELU, GELU_TANH, requireActivation, requireSetting } from "../requirements.js";
import { rotatedDimensions } from "../rope.js";
import { layerNorm, linear, sizeOf, type Sizes, type TensorRule } from "../tensor-rules.js";

// Conv1D of GPT-2 is a linear layer that stores inputs by outputs.
const CONV1D = { bias: "required", operation: { kind: "transpose" } } as const;
const WITH_BIAS = { bias: "required" } as const;

export const GPT2: Family = {
  architecture: "gpt2",
  classes: ["GPT2LMHeadModel", "GPT2Model"],
  modelTypes: ["gpt2"],
  defaults: {
    activation_function: "gelu_new",
    n_positions: 1024,
    layer_norm_epsilon: 1e-5,
    scale_attn_weights: true,
    bos_token_id: 50256,
    eos_token_id: 50256,
    tie_word_embeddings: true,
  },
  renamings: [[/^transformer[.]/, ""]],
  sizes: (_, { hidden }) => ({ qkv: 3 * hidden }),
  check(facts) {
    requireActivation(facts, ...GELU_TANH);
    requireSetting(facts, "scale_attn_weights", true);
    requireSetting(facts, "scale_attn_by_inverse_layer_idx", false, undefined);
    requireSetting(facts, "add_cross_attention", false, undefined);
  },
  metadata: (facts) => [...transformer(facts), layerNormEpsilon(facts)],
  embedding: "wte",
  tensors: gpt2Tensors(CONV1D),
  head: { module: "lm_head" },
};

/** StarCoder 1 and SantaCoder: GPT-2 with one head of keys. */
export const GPT_BIGCODE: Family = {
  ...GPT2,
  architecture: "starcoder",
  classes: ["GPTBigCodeForCausalLM", "GPTBigCodeModel"],
  modelTypes: ["gpt_bigcode"],
  defaults: { ...GPT2.defaults, activation_function: "gelu_pytorch_tanh", multi_query: true },
  derive: () => ({ num_key_value_heads: 1 }),
  sizes: (_, { query, key }) => ({ qkv: query + 2 * key }),
  check(facts) {
    requireActivation(facts, ...GELU_TANH);
    requireSetting(facts, "multi_query", true);
    requireSetting(facts, "scale_attn_weights", true);
    requireSetting(facts, "add_cross_attention", false, undefined);
  },
  tensors: gpt2Tensors(WITH_BIAS),
};

/** GPT-NeoX and Pythia. */
export const GPT_NEOX: Family = {
  architecture: "gptneox",
  classes: ["GPTNeoXForCausalLM", "GPTNeoXModel"],
  modelTypes: ["gpt_neox"],
  defaults: {
    hidden_act: "gelu",
    max_position_embeddings: 2048,
    layer_norm_eps: 1e-5,
    partial_rotary_factor: 0.25,
    use_parallel_residual: true,
    attention_bias: true,
    bos_token_id: 0,
    eos_token_id: 2,
    tie_word_embeddings: false,
  },
  renamings: [[/^gpt_neox[.]/, ""]],
  sizes: (_, { hidden }) => ({ qkv: 3 * hidden }),
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...GELU);
    requireSetting(facts, "attention_bias", true);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["rope.dimension_count", "u32", rotatedDimensions(facts.rope, facts.dims.headDim)],
    ["use_parallel_residual", "bool", facts.config.flag("use_parallel_residual")],
  ],
  embedding: "embed_in",
  tensors: [
    layerNorm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    linear("blk.{layer}.attn_qkv", "layers.{layer}.attention.query_key_value", ["qkv", "hidden"], {
      bias: "required",
      operation: { kind: "rows", rows: byKind },
    }),
    linear(
      "blk.{layer}.attn_output",
      "layers.{layer}.attention.dense",
      ["hidden", "hidden"],
      WITH_BIAS,
    ),
    layerNorm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.dense_h_to_4h", ["ffn", "hidden"], WITH_BIAS),
    linear(
      "blk.{layer}.ffn_down",
      "layers.{layer}.mlp.dense_4h_to_h",
      ["hidden", "ffn"],
      WITH_BIAS,
    ),
    layerNorm("output_norm", "final_layer_norm"),
  ],
  head: { module: "embed_out", separate: true },
};

/** From query, key and value of each head in turn to all queries, all keys, all values. */
function byKind(sizes: Sizes): PlanRows[] {
  const [heads, headDim] = [sizeOf("heads", sizes), sizeOf("headDim", sizes)];
  return [0, 1, 2].flatMap((kind) =>
    Array.from({ length: heads }, (_, head): PlanRows => [(3 * head + kind) * headDim, headDim]),
  );
}

function gpt2Tensors(layer: typeof CONV1D | typeof WITH_BIAS): TensorRule[] {
  return [
    linear("position_embd", "wpe", ["context", "hidden"], { exact: true }),
    layerNorm("blk.{layer}.attn_norm", "h.{layer}.ln_1"),
    linear("blk.{layer}.attn_qkv", "h.{layer}.attn.c_attn", ["qkv", "hidden"], layer),
    linear("blk.{layer}.attn_output", "h.{layer}.attn.c_proj", ["hidden", "hidden"], layer),
    layerNorm("blk.{layer}.ffn_norm", "h.{layer}.ln_2"),
    linear("blk.{layer}.ffn_up", "h.{layer}.mlp.c_fc", ["ffn", "hidden"], layer),
    linear("blk.{layer}.ffn_down", "h.{layer}.mlp.c_proj", ["hidden", "ffn"], layer),
    layerNorm("output_norm", "ln_f"),
  ];
}
