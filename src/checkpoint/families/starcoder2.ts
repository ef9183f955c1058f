import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { GELU, requireActivation, requireSetting } from "../requirements.js";
import { layerNorm, linear } from "../tensor-rules.js";
import { attention, DECODER_NAMES } from "./decoder.js";

const WITH_BIAS = { bias: "required" } as const;

export const STARCODER2: Family = {
  architecture: "starcoder2",
  classes: ["Starcoder2ForCausalLM", "Starcoder2Model"],
  modelTypes: ["starcoder2"],
  defaults: {
    hidden_act: "gelu_pytorch_tanh",
    max_position_embeddings: 4096,
    norm_epsilon: 1e-5,
    num_key_value_heads: 2,
    use_bias: true,
    bos_token_id: 50256,
    eos_token_id: 50256,
    tie_word_embeddings: true,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...GELU);
    requireSetting(facts, "use_bias", true);
  },
  metadata: (facts) => [...transformer(facts), layerNormEpsilon(facts)],
  embedding: "embed_tokens",
  tensors: [
    layerNorm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    ...attention({ bias: "required", outputBias: "required" }),
    layerNorm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.c_fc", ["ffn", "hidden"], WITH_BIAS),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.c_proj", ["hidden", "ffn"], WITH_BIAS),
    layerNorm("output_norm", "norm"),
  ],
  head: { module: "lm_head" },
};
