import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { requireActivation } from "../requirements.js";
import { rotatedDimensions } from "../rope.js";
import { ADD_ONE, layerNorm, linear } from "../tensor-rules.js";
import { attention, DECODER_NAMES } from "./decoder.js";

// It stores what its norms' weights differ from 1 by.
const SHIFTED = { operation: ADD_ONE } as const;

/** Nemotron 3 and 4, Minitron. */
export const NEMOTRON: Family = {
  architecture: "nemotron",
  classes: ["NemotronForCausalLM", "NemotronModel"],
  modelTypes: ["nemotron"],
  defaults: {
    hidden_act: "relu2",
    max_position_embeddings: 4096,
    norm_eps: 1e-5,
    partial_rotary_factor: 0.5,
    bos_token_id: 2,
    eos_token_id: 3,
    tie_word_embeddings: false,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, "relu2");
    const { hidden, heads, headDim } = facts.dims;
    if (headDim * heads === hidden) return;
    throw facts.config.unsupported(facts.className, "head_dim", headDim, String(hidden / heads));
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["rope.dimension_count", "u32", rotatedDimensions(facts.rope, facts.dims.headDim)],
  ],
  embedding: "embed_tokens",
  tensors: [
    layerNorm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm", "hidden", SHIFTED),
    ...attention({ bias: "optional", outputBias: "optional" }),
    layerNorm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm", "hidden", SHIFTED),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.up_proj", ["ffn", "hidden"], {
      bias: "optional",
    }),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.down_proj", ["hidden", "ffn"], {
      bias: "optional",
    }),
    layerNorm("output_norm", "norm", "hidden", SHIFTED),
  ],
  head: { module: "lm_head", separate: true },
};
