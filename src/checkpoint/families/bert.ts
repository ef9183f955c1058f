import type { PlanRows } from "../../native/checkpoint-plan.js";
import type { Config } from "../config.js";
import type { Facts, Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import type { Metadata } from "../metadata.js";
import { GELU, requireActivation, requireSetting } from "../requirements.js";
import { labelCount } from "../labels.js";
import { layerNorm, linear, sizeOf, type TensorRule } from "../tensor-rules.js";

const WITH_BIAS = { bias: "required" } as const;
const LAYER = "encoder.layer.{layer}";

const DEFAULTS = {
  hidden_act: "gelu",
  max_position_embeddings: 512,
  layer_norm_eps: 1e-12,
  type_vocab_size: 2,
  pad_token_id: 0,
};

/** Embeddings and layers, which base models, classifiers and masked models share. */
const BODY: readonly TensorRule[] = [
  linear("position_embd", "embeddings.position_embeddings", ["positions", "hidden"], {
    exact: true,
    // RoBERTa counts positions from the padding token on.
    operation: {
      kind: "rows",
      rows: (sizes): PlanRows[] => {
        const context = sizeOf("context", sizes);
        return [[sizeOf("positions", sizes) - context, context]];
      },
    },
  }),
  linear("token_types", "embeddings.token_type_embeddings", ["types", "hidden"], {
    exact: true,
  }),
  layerNorm("token_embd_norm", "embeddings.LayerNorm"),
  linear("blk.{layer}.attn_q", `${LAYER}.attention.self.query`, ["query", "hidden"], WITH_BIAS),
  linear("blk.{layer}.attn_k", `${LAYER}.attention.self.key`, ["key", "hidden"], WITH_BIAS),
  linear("blk.{layer}.attn_v", `${LAYER}.attention.self.value`, ["key", "hidden"], WITH_BIAS),
  linear(
    "blk.{layer}.attn_output",
    `${LAYER}.attention.output.dense`,
    ["hidden", "query"],
    WITH_BIAS,
  ),
  layerNorm("blk.{layer}.attn_output_norm", `${LAYER}.attention.output.LayerNorm`),
  linear("blk.{layer}.ffn_up", `${LAYER}.intermediate.dense`, ["ffn", "hidden"], WITH_BIAS),
  linear("blk.{layer}.ffn_down", `${LAYER}.output.dense`, ["hidden", "ffn"], WITH_BIAS),
  layerNorm("blk.{layer}.layer_output_norm", `${LAYER}.output.LayerNorm`),
];

export function isClassifier({ className }: Facts): boolean {
  return className.endsWith("ForSequenceClassification");
}

function metadata(facts: Facts): Metadata[] {
  return [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["attention.causal", "bool", false],
    ["tokenizer.ggml.token_type_count", "u32", facts.sizes["types"] ?? 1],
  ];
}

export const BERT: Family = {
  architecture: "bert",
  classes: ["BertModel", "BertForMaskedLM", "BertForSequenceClassification"],
  modelTypes: ["bert"],
  defaults: DEFAULTS,
  renamings: [
    [/^bert[.]/, ""],
    // As TensorFlow called them.
    [/[.]gamma$/, ".weight"],
    [/[.]beta$/, ".bias"],
  ],
  sizes: (config, { context }) => ({
    positions: context,
    types: config.integer("type_vocab_size"),
    labels: labelCount(config),
  }),
  check(facts) {
    requireActivation(facts, ...GELU);
    requireSetting(facts, "position_embedding_type", "absolute", undefined);
    requireSetting(facts, "is_decoder", false, undefined);
  },
  metadata,
  embedding: "embeddings.word_embeddings",
  tensors: (facts) =>
    isClassifier(facts)
      ? [
          ...BODY,
          linear("cls", "pooler.dense", ["hidden", "hidden"], WITH_BIAS),
          linear("cls.output", "classifier", ["labels", "hidden"], WITH_BIAS),
        ]
      : BODY,
  ignored: [/^pooler[.]/, /^cls[.](?:predictions|seq_relationship)[.]/],
  isEncoder: true,
};

/** RoBERTa, XLM-RoBERTa and CamemBERT. */
export const ROBERTA: Family = {
  ...BERT,
  classes: ["Roberta", "XLMRoberta", "Camembert"].flatMap((name) => [
    `${name}Model`,
    `${name}ForMaskedLM`,
    `${name}ForSequenceClassification`,
  ]),
  modelTypes: ["roberta", "xlm-roberta", "camembert"],
  defaults: { ...DEFAULTS, pad_token_id: 1 },
  renamings: [[/^roberta[.]/, ""]],
  derive(config) {
    // The first positions belong to padding.
    const context = config.integer("max_position_embeddings") - padding(config);
    if (context > 0) return { max_position_embeddings: context };
    throw config.damaged(
      `max_position_embeddings is ${String(config.integer("max_position_embeddings"))}; the first ` +
        `${String(padding(config))} positions are those of padding, by pad_token_id.`,
    );
  },
  sizes: (config, { context }) => ({
    positions: context + padding(config),
    types: config.integer("type_vocab_size"),
    labels: labelCount(config),
  }),
  tensors: (facts) =>
    isClassifier(facts)
      ? [
          ...BODY,
          linear("cls", "classifier.dense", ["hidden", "hidden"], WITH_BIAS),
          linear("cls.output", "classifier.out_proj", ["labels", "hidden"], WITH_BIAS),
        ]
      : BODY,
  ignored: [/^pooler[.]/, /^lm_head[.]/],
};

function padding(config: Config): number {
  return config.integer("pad_token_id") + 1;
}

const DISTILLED = "transformer.layer.{layer}";

const DISTILLED_BODY: readonly TensorRule[] = [
  linear("position_embd", "embeddings.position_embeddings", ["context", "hidden"], {
    exact: true,
  }),
  layerNorm("token_embd_norm", "embeddings.LayerNorm"),
  linear("blk.{layer}.attn_q", `${DISTILLED}.attention.q_lin`, ["query", "hidden"], WITH_BIAS),
  linear("blk.{layer}.attn_k", `${DISTILLED}.attention.k_lin`, ["key", "hidden"], WITH_BIAS),
  linear("blk.{layer}.attn_v", `${DISTILLED}.attention.v_lin`, ["key", "hidden"], WITH_BIAS),
  linear(
    "blk.{layer}.attn_output",
    `${DISTILLED}.attention.out_lin`,
    ["hidden", "query"],
    WITH_BIAS,
  ),
  layerNorm("blk.{layer}.attn_output_norm", `${DISTILLED}.sa_layer_norm`),
  linear("blk.{layer}.ffn_up", `${DISTILLED}.ffn.lin1`, ["ffn", "hidden"], WITH_BIAS),
  linear("blk.{layer}.ffn_down", `${DISTILLED}.ffn.lin2`, ["hidden", "ffn"], WITH_BIAS),
  layerNorm("blk.{layer}.layer_output_norm", `${DISTILLED}.output_layer_norm`),
];

export const DISTILBERT: Family = {
  ...BERT,
  classes: ["DistilBertModel", "DistilBertForMaskedLM", "DistilBertForSequenceClassification"],
  modelTypes: ["distilbert"],
  defaults: {
    activation: "gelu",
    max_position_embeddings: 512,
    layer_norm_eps: 1e-12,
    type_vocab_size: 1,
    pad_token_id: 0,
  },
  renamings: [[/^distilbert[.]/, ""]],
  metadata: (facts) => [
    ...metadata(facts),
    // The engine's head has tanh: the core computes this one by itself.
    ...(isClassifier(facts) ? [["classifier.activation", "string", "relu"] as const] : []),
  ],
  tensors: (facts) =>
    isClassifier(facts)
      ? [
          ...DISTILLED_BODY,
          linear("cls", "pre_classifier", ["hidden", "hidden"], WITH_BIAS),
          linear("cls.output", "classifier", ["labels", "hidden"], WITH_BIAS),
        ]
      : DISTILLED_BODY,
  ignored: [/^vocab_(?:transform|layer_norm|projector)[.]/],
};
