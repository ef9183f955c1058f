import type { Facts, Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { labelCount } from "../labels.js";
import type { Metadata } from "../metadata.js";
import { GELU, requireActivation, requireSetting, SILU } from "../requirements.js";
import { linear, norm, type TensorRule } from "../tensor-rules.js";
import { isClassifier } from "./bert.js";

const BODY: readonly TensorRule[] = [
  norm("token_embd_norm", "embeddings.norm"),
  // The first layer starts from the embedding's norm.
  norm("blk.{layer}.attn_norm", "layers.{layer}.attn_norm", "hidden", {
    layers: (layer) => layer > 0,
  }),
  linear("blk.{layer}.attn_qkv", "layers.{layer}.attn.Wqkv", ["qkv", "hidden"]),
  linear("blk.{layer}.attn_output", "layers.{layer}.attn.Wo", ["hidden", "query"]),
  norm("blk.{layer}.ffn_norm", "layers.{layer}.mlp_norm"),
  linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.Wi", ["gateUp", "hidden"]),
  linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.Wo", ["hidden", "ffn"]),
  norm("output_norm", "final_norm"),
];

export const MODERN_BERT: Family = {
  architecture: "modern-bert",
  classes: ["ModernBertModel", "ModernBertForMaskedLM", "ModernBertForSequenceClassification"],
  modelTypes: ["modernbert"],
  defaults: {
    hidden_activation: "gelu",
    max_position_embeddings: 8192,
    norm_eps: 1e-5,
    local_attention: 128,
    global_attn_every_n_layers: 3,
    global_rope_theta: 160000,
    local_rope_theta: 10000,
    classifier_pooling: "cls",
    pad_token_id: 50283,
    eos_token_id: 50282,
    bos_token_id: 50281,
    cls_token_id: 50281,
    sep_token_id: 50282,
  },
  renamings: [[/^model[.]/, ""]],
  sizes: (config, { hidden, ffn }) => ({
    qkv: 3 * hidden,
    gateUp: 2 * ffn,
    labels: labelCount(config),
  }),
  rope: [],
  check(facts) {
    requireActivation(facts, ...GELU, ...SILU);
    for (const setting of ["norm_bias", "attention_bias", "mlp_bias"]) {
      requireSetting(facts, setting, false, undefined);
    }
    if (!isClassifier(facts)) return;
    requireSetting(facts, "classifier_pooling", "mean", "cls");
    requireSetting(facts, "classifier_bias", false, undefined);
    const activations = readsFirstToken(facts) ? ["gelu"] : GELU;
    requireSetting(facts, "classifier_activation", ...activations, undefined);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["attention.causal", "bool", false],
    ["rope.scaling.type", "string", "none"],
    ["hidden_activation", "string", activation(facts)],
    ...localAttention(facts),
    // The engine's head reads the mean of all tokens: the core computes this one by itself.
    ...(readsFirstToken(facts) ? [["classifier.activation", "string", "gelu"] as const] : []),
  ],
  embedding: "embeddings.tok_embeddings",
  tensors: (facts) =>
    isClassifier(facts)
      ? [
          ...BODY,
          linear("cls", "head.dense", ["hidden", "hidden"]),
          norm("cls.norm", "head.norm"),
          linear("cls.output", "classifier", ["labels", "hidden"], { bias: "required" }),
        ]
      : BODY,
  ignored: [/^head[.]/, /^decoder[.]/],
  isEncoder: true,
};

function readsFirstToken(facts: Facts): boolean {
  return isClassifier(facts) && facts.config.text("classifier_pooling") === "cls";
}

/** The engine knows two names. */
function activation({ config }: Facts): string {
  return (SILU as readonly string[]).includes(config.text("hidden_activation") ?? "")
    ? "silu"
    : "gelu";
}

function localAttention({ config, dims, className }: Facts): Metadata[] {
  const types = config.texts("layer_types");
  const every = Math.max(1, config.integer("global_attn_every_n_layers"));
  if (types !== undefined && types.length !== dims.layers) {
    throw config.unsupported(className, "layer_types", types, "one entry per layer");
  }
  const pattern = Array.from({ length: dims.layers }, (_, layer) =>
    types === undefined ? layer % every !== 0 : types[layer] === "sliding_attention",
  );
  if (!pattern.includes(true)) return [];
  return [
    ["attention.sliding_window", "u32", config.integer("local_attention")],
    ["attention.sliding_window_pattern", "bool[]", pattern],
  ];
}
