import type { Family } from "../family.js";
import { headSize, rmsNorm, transformer } from "../hyperparameters.js";
import { requireActivation, requireSetting, SILU } from "../requirements.js";
import { linear, norm } from "../tensor-rules.js";
import { attention, DECODER_NAMES, gatedFeedForward } from "./decoder.js";
import { LLAMA, LLAMA_ATTENTION } from "./llama.js";

/** Arcee AFM: Llama without a gate. */
export const ARCEE: Family = {
  ...LLAMA,
  architecture: "arcee",
  classes: ["ArceeForCausalLM", "ArceeModel"],
  modelTypes: ["arcee"],
  defaults: {
    hidden_act: "relu2",
    max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    bos_token_id: 128000,
    eos_token_id: 128001,
    tie_word_embeddings: false,
  },
  rope: ["linear", "yarn", "llama3"],
  check(facts) {
    requireActivation(facts, "relu2");
  },
  tensors: [
    ...LLAMA_ATTENTION,
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.up_proj", ["ffn", "hidden"]),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.down_proj", ["hidden", "ffn"]),
    norm("output_norm", "norm"),
  ],
};

export const SEED_OSS: Family = {
  architecture: "seed_oss",
  classes: ["SeedOssForCausalLM", "SeedOssModel"],
  modelTypes: ["seed_oss"],
  defaults: {
    hidden_act: "silu",
    max_position_embeddings: 524288,
    rms_norm_eps: 1e-6,
    head_dim: 128,
    num_key_value_heads: 8,
    bos_token_id: 0,
    eos_token_id: 2,
    tie_word_embeddings: false,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...SILU);
  },
  metadata: (facts) => [...transformer(facts), ...headSize(facts), rmsNorm(facts)],
  embedding: "embed_tokens",
  tensors: [
    norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    ...attention({ bias: "optional" }),
    norm("blk.{layer}.post_attention_norm", "layers.{layer}.post_attention_layernorm"),
    ...gatedFeedForward(),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head" },
};

/** ERNIE 4.5: its rotation pairs neighbours, as the engine's does. */
export const ERNIE4_5: Family = {
  ...SEED_OSS,
  architecture: "ernie4_5",
  classes: ["Ernie4_5ForCausalLM", "Ernie4_5Model"],
  modelTypes: ["ernie4_5"],
  defaults: {
    hidden_act: "silu",
    max_position_embeddings: 131072,
    rms_norm_eps: 1e-5,
    head_dim: 128,
    num_key_value_heads: 2,
    rope_theta: 500000,
    bos_token_id: 1,
    eos_token_id: 2,
    tie_word_embeddings: true,
  },
  check(facts) {
    requireActivation(facts, ...SILU);
    requireSetting(facts, "use_bias", false, undefined);
  },
  tensors: [
    norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    ...attention(),
    norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
    ...gatedFeedForward(),
    norm("output_norm", "norm"),
  ],
};
