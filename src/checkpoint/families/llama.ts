import type { Facts, Family } from "../family.js";
import { headSize, mixture, rmsNorm, transformer } from "../hyperparameters.js";
import type { Metadata } from "../metadata.js";
import { requireActivation, requireSetting, SILU } from "../requirements.js";
import { llama3Factors, longRopeFactors, rotatedDimensions } from "../rope.js";
import { experts, linear, norm, type TensorRule } from "../tensor-rules.js";
import { DECODER_NAMES, gatedFeedForward } from "./decoder.js";

// Llama's rotation pairs neighbours in the engine, halves in transformers.
export const LLAMA_ATTENTION: readonly TensorRule[] = [
  norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
  linear("blk.{layer}.attn_q", "layers.{layer}.self_attn.q_proj", ["query", "hidden"], {
    bias: "optional",
    operation: { kind: "permute", heads: "heads" },
  }),
  linear("blk.{layer}.attn_k", "layers.{layer}.self_attn.k_proj", ["key", "hidden"], {
    bias: "optional",
    operation: { kind: "permute", heads: "kvHeads" },
  }),
  linear("blk.{layer}.attn_v", "layers.{layer}.self_attn.v_proj", ["key", "hidden"], {
    bias: "optional",
  }),
  linear("blk.{layer}.attn_output", "layers.{layer}.self_attn.o_proj", ["hidden", "query"], {
    bias: "optional",
  }),
  norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
];

export const LLAMA_DEFAULTS = {
  hidden_act: "silu",
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-6,
  bos_token_id: 1,
  eos_token_id: 2,
  tie_word_embeddings: false,
};

function metadata(facts: Facts): Metadata[] {
  return [
    ...transformer(facts),
    ...headSize(facts),
    rmsNorm(facts),
    ["rope.dimension_count", "u32", facts.dims.headDim],
  ];
}

function ropeTables({ rope, dims }: Facts): { name: string; values: number[] }[] {
  const rotated = rotatedDimensions(rope, dims.headDim);
  if (rope.type === "llama3") {
    return [{ name: "rope_freqs.weight", values: llama3Factors(rope, rotated) }];
  }
  if (rope.type !== "longrope") return [];
  const { long, short } = longRopeFactors(rope, rotated);
  return [
    { name: "rope_factors_long.weight", values: long },
    { name: "rope_factors_short.weight", values: short },
  ];
}

function checkLlama(facts: Facts): void {
  requireActivation(facts, ...SILU);
  requireWholeRotation(facts);
}

function requireWholeRotation({ config, rope, dims, className }: Facts): void {
  if (rope.partial === 1 && rotatedDimensions(rope, dims.headDim) > 0) return;
  throw config.unsupported(className, "partial_rotary_factor", rope.partial, "1");
}

export const LLAMA: Family = {
  architecture: "llama",
  classes: ["LlamaForCausalLM", "LlamaModel", "LLaMAForCausalLM", "MistralForCausalLM"],
  modelTypes: ["llama", "mistral"],
  defaults: LLAMA_DEFAULTS,
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn", "llama3", "longrope"],
  check: checkLlama,
  metadata,
  embedding: "embed_tokens",
  tensors: [
    ...LLAMA_ATTENTION,
    ...gatedFeedForward({ bias: "optional" }),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head" },
  generated: ropeTables,
};

export const MIXTRAL: Family = {
  ...LLAMA,
  classes: ["MixtralForCausalLM", "MixtralModel"],
  modelTypes: ["mixtral"],
  defaults: {
    ...LLAMA_DEFAULTS,
    max_position_embeddings: 131072,
    rms_norm_eps: 1e-5,
    rope_theta: 1e6,
    num_local_experts: 8,
    num_experts_per_tok: 2,
    num_key_value_heads: 8,
  },
  rope: ["linear", "yarn"],
  metadata: (facts) => [...metadata(facts), ...mixture(facts)],
  tensors: [
    ...LLAMA_ATTENTION,
    linear(
      "blk.{layer}.ffn_gate_inp",
      ["layers.{layer}.block_sparse_moe.gate", "layers.{layer}.mlp.gate"],
      ["experts", "hidden"],
      { exact: true },
    ),
    mixtralExpert("gate", "w1", ["ffn", "hidden"], 0, 2),
    mixtralExpert("down", "w2", ["hidden", "ffn"], 0, 1),
    mixtralExpert("up", "w3", ["ffn", "hidden"], 1, 2),
    norm("output_norm", "norm"),
  ],
};

function mixtralExpert(
  to: "gate" | "down" | "up",
  from: string,
  shape: readonly [string, string],
  part: number,
  parts: number,
): TensorRule {
  const fused = to === "down" ? "down_proj" : "gate_up_proj";
  const modules = ["mlp", "block_sparse_moe"].map(
    (name) => `layers.{layer}.${name}.experts.${fused}`,
  );
  return experts(
    `blk.{layer}.ffn_${to}_exps`,
    `layers.{layer}.block_sparse_moe.experts.{index}.${from}`,
    shape,
    { from: modules, part, parts },
  );
}

export const SMOLLM3: Family = {
  ...LLAMA,
  architecture: "smollm3",
  classes: ["SmolLM3ForCausalLM", "SmolLM3Model"],
  modelTypes: ["smollm3"],
  defaults: {
    ...LLAMA_DEFAULTS,
    max_position_embeddings: 32768,
    rope_theta: 2e6,
    bos_token_id: 128000,
    eos_token_id: 128001,
    tie_word_embeddings: true,
    no_rope_layer_interval: 4,
    num_key_value_heads: 4,
  },
  rope: ["linear", "yarn"],
  check(facts) {
    checkLlama(facts);
    requireSetting(facts, "use_sliding_window", false, undefined);
    const layers = facts.config.numbers("no_rope_layers");
    if (layers === undefined) {
      requireSetting(facts, "no_rope_layer_interval", 4);
    } else if (!layers.every((value, index) => value === ((index + 1) % 4 === 0 ? 0 : 1))) {
      throw facts.config.unsupported(
        facts.className,
        "no_rope_layers",
        layers,
        "every fourth layer",
      );
    }
  },
  tensors: [...LLAMA_ATTENTION, ...gatedFeedForward(), norm("output_norm", "norm")],
  generated: () => [],
};
