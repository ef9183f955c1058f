import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { requireActivation, requireSetting, SILU } from "../requirements.js";
import { layerNorm, linear } from "../tensor-rules.js";

const LAYER = "encoder.layers.{layer}";

/** nomic-embed-text v1 and v1.5: BERT with rotations and a gate. */
export const NOMIC_BERT: Family = {
  architecture: "nomic-bert",
  classes: ["NomicBertModel"],
  modelTypes: ["nomic_bert"],
  defaults: {
    hidden_act: "silu",
    max_position_embeddings: 2048,
    layer_norm_eps: 1e-12,
    type_vocab_size: 2,
    rope_theta: 1000,
    pad_token_id: 0,
  },
  renamings: [],
  derive: (config) => {
    // Its own code says 8192 positions, and was trained on 2048.
    const trained = config.optionalInteger("max_trained_positions");
    const context = config.integer("max_position_embeddings", "n_positions");
    const known = trained === undefined ? context : Math.min(context, trained);
    return { max_position_embeddings: known };
  },
  sizes: (config, { hidden }) => ({ qkv: 3 * hidden, types: config.integer("type_vocab_size") }),
  rope: ["linear"],
  check(facts) {
    requireActivation(facts, "swiglu", ...SILU);
    for (const setting of ["qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias", "prenorm"]) {
      requireSetting(facts, setting, false, undefined);
    }
    requireSetting(facts, "rotary_emb_fraction", 1, undefined);
    requireSetting(facts, "rotary_emb_interleaved", false, undefined);
    requireSetting(facts, "rotary_emb_scale_base", undefined);
    requireSetting(facts, "moe_every_n_layers", 0, undefined);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["attention.causal", "bool", false],
    ["tokenizer.ggml.token_type_count", "u32", facts.sizes["types"] ?? 1],
  ],
  embedding: "embeddings.word_embeddings",
  tensors: [
    linear("token_types", "embeddings.token_type_embeddings", ["types", "hidden"], {
      exact: true,
    }),
    layerNorm("token_embd_norm", "emb_ln"),
    linear("blk.{layer}.attn_qkv", `${LAYER}.attn.Wqkv`, ["qkv", "hidden"]),
    linear("blk.{layer}.attn_output", `${LAYER}.attn.out_proj`, ["hidden", "query"]),
    layerNorm("blk.{layer}.attn_output_norm", `${LAYER}.norm1`),
    linear("blk.{layer}.ffn_up", `${LAYER}.mlp.fc11`, ["ffn", "hidden"]),
    linear("blk.{layer}.ffn_gate", `${LAYER}.mlp.fc12`, ["ffn", "hidden"]),
    linear("blk.{layer}.ffn_down", `${LAYER}.mlp.fc2`, ["hidden", "ffn"]),
    layerNorm("blk.{layer}.layer_output_norm", `${LAYER}.norm2`),
  ],
  isEncoder: true,
};
