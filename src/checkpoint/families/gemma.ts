import type { Facts, Family } from "../family.js";
import { headSize, rmsNorm, transformer } from "../hyperparameters.js";
import type { Metadata } from "../metadata.js";
import { GELU, GELU_TANH, requireActivation, requireSetting } from "../requirements.js";
import { slidingWindow } from "../sliding-window.js";
import { ADD_ONE, norm, type TensorRule } from "../tensor-rules.js";
import { attention, DECODER_NAMES, gatedFeedForward } from "./decoder.js";

// Gemma stores what its norms' weights differ from 1 by.
const SHIFTED = { operation: ADD_ONE } as const;

/** The engine reserves as many numbers. */
const LARGEST_WINDOW = 2 ** 26;

const DEFAULTS = {
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-6,
  head_dim: 256,
  pad_token_id: 0,
  eos_token_id: 1,
  bos_token_id: 2,
  tie_word_embeddings: true,
};

export const GEMMA: Family = {
  architecture: "gemma",
  classes: ["GemmaForCausalLM", "GemmaModel"],
  modelTypes: ["gemma"],
  defaults: { ...DEFAULTS, hidden_act: "gelu_pytorch_tanh", num_key_value_heads: 16 },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    // Early versions say "gelu" and mean the approximation.
    requireActivation(facts, ...GELU);
    requireSetting(facts, "use_bidirectional_attention", false, undefined);
  },
  metadata: (facts) => [...transformer(facts), ...headSize(facts), rmsNorm(facts)],
  embedding: "embed_tokens",
  tensors: [
    norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm", "hidden", SHIFTED),
    ...attention(),
    norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm", "hidden", SHIFTED),
    ...gatedFeedForward(),
    norm("output_norm", "norm", "hidden", SHIFTED),
  ],
  // Always the embedding.
  ignored: [/^lm_head[.]weight$/],
};

// Norms before and after both halves of a layer.
const SANDWICH: readonly TensorRule[] = [
  norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm", "hidden", SHIFTED),
  norm(
    "blk.{layer}.post_attention_norm",
    "layers.{layer}.post_attention_layernorm",
    "hidden",
    SHIFTED,
  ),
  norm("blk.{layer}.ffn_norm", "layers.{layer}.pre_feedforward_layernorm", "hidden", SHIFTED),
  norm("blk.{layer}.post_ffw_norm", "layers.{layer}.post_feedforward_layernorm", "hidden", SHIFTED),
];

export const GEMMA2: Family = {
  ...GEMMA,
  architecture: "gemma2",
  classes: ["Gemma2ForCausalLM", "Gemma2Model"],
  modelTypes: ["gemma2"],
  defaults: {
    ...DEFAULTS,
    hidden_activation: "gelu_pytorch_tanh",
    num_key_value_heads: 4,
    query_pre_attn_scalar: 256,
    sliding_window: 4096,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
  },
  check(facts) {
    requireActivation(facts, ...GELU_TANH);
    requireSetting(facts, "use_bidirectional_attention", false, undefined);
    requireScale(facts, 46);
    // The engine caps attention in any case.
    if (facts.config.value("attn_logit_softcapping") === undefined) {
      throw facts.config.unsupported(facts.className, "attn_logit_softcapping", null, "a number");
    }
  },
  metadata: (facts) => [
    ...transformer(facts),
    ...headSize(facts),
    rmsNorm(facts),
    ["attn_logit_softcapping", "f32", facts.config.number("attn_logit_softcapping")],
    ["final_logit_softcapping", "f32", facts.config.optionalNumber("final_logit_softcapping") ?? 0],
    ...windowInAnyCase(facts),
  ],
  tensors: [
    ...SANDWICH,
    ...attention(),
    ...gatedFeedForward(),
    norm("output_norm", "norm", "hidden", SHIFTED),
  ],
};

export const GEMMA3: Family = {
  ...GEMMA,
  architecture: "gemma3",
  classes: ["Gemma3ForCausalLM"],
  modelTypes: ["gemma3_text"],
  defaults: {
    ...DEFAULTS,
    hidden_activation: "gelu_pytorch_tanh",
    max_position_embeddings: 131072,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    query_pre_attn_scalar: 256,
    sliding_window: 4096,
    rope_theta: 1e6,
    rope_local_base_freq: 1e4,
  },
  rope: ["linear"],
  check(facts) {
    requireActivation(facts, ...GELU_TANH);
    requireSetting(facts, "use_bidirectional_attention", false, undefined);
    requireSetting(facts, "attn_logit_softcapping", undefined);
    requireScale(facts, 62);
  },
  metadata: (facts) => [
    ...transformer(facts),
    ...headSize(facts),
    rmsNorm(facts),
    ...softcap(facts),
    ...slidingWindow(facts, 6),
  ],
  tensors: [
    ...SANDWICH,
    ...attention(),
    norm("blk.{layer}.attn_q_norm", "layers.{layer}.self_attn.q_norm", "headDim", SHIFTED),
    norm("blk.{layer}.attn_k_norm", "layers.{layer}.self_attn.k_norm", "headDim", SHIFTED),
    ...gatedFeedForward(),
    norm("output_norm", "norm", "hidden", SHIFTED),
  ],
  head: { module: "lm_head" },
  ignored: [],
};

function softcap({ config }: Facts): Metadata[] {
  const cap = config.optionalNumber("final_logit_softcapping");
  return cap === undefined ? [] : [["final_logit_softcapping", "f32", cap]];
}

/** The engine wants a window for some layers: one as long as any text is none. */
function windowInAnyCase(facts: Facts): Metadata[] {
  const window = slidingWindow(facts, 2);
  const whole = Math.min(facts.dims.context, LARGEST_WINDOW);
  return window.length > 0 ? window : [["attention.sliding_window", "u32", whole]];
}

/** The engine scales by the size of a head, and of a share of the model in the largest one. */
function requireScale({ config, dims, className }: Facts, largestLayers: number): void {
  const scalar = config.number("query_pre_attn_scalar");
  const own = dims.layers === largestLayers ? Math.trunc(dims.hidden / dims.heads) : dims.headDim;
  if (scalar !== own) {
    throw config.unsupported(className, "query_pre_attn_scalar", scalar, String(own));
  }
}
