import type { Facts, Family } from "../family.js";
import { headSize, transformer } from "../hyperparameters.js";
import type { Metadata } from "../metadata.js";
import { linear, norm, type TensorRule } from "../tensor-rules.js";

const ENCODER = "encoder.block.{layer}.layer";
const DECODER = "decoder.block.{layer}.layer";

const DEFAULTS = {
  n_positions: 512,
  relative_attention_num_buckets: 32,
  layer_norm_epsilon: 1e-6,
  feed_forward_proj: "relu",
  pad_token_id: 0,
  eos_token_id: 1,
  tie_word_embeddings: true,
};

/** Attention of one kind, and the norm before it. */
function attentionPart(to: string, from: string, prefix = "attn"): TensorRule[] {
  return [
    linear(`${to}.${prefix}_q`, `${from}.q`, ["query", "hidden"]),
    linear(`${to}.${prefix}_k`, `${from}.k`, ["key", "hidden"]),
    linear(`${to}.${prefix}_v`, `${from}.v`, ["key", "hidden"]),
    linear(`${to}.${prefix}_o`, `${from}.o`, ["hidden", "query"]),
  ];
}

function feedForward(to: string, from: string, isGated: boolean): TensorRule[] {
  const up = isGated
    ? [
        linear(`${to}.ffn_gate`, `${from}.wi_0`, ["ffn", "hidden"]),
        linear(`${to}.ffn_up`, `${from}.wi_1`, ["ffn", "hidden"]),
      ]
    : [linear(`${to}.ffn_up`, `${from}.wi`, ["ffn", "hidden"])];
  return [...up, linear(`${to}.ffn_down`, `${from}.wo`, ["hidden", "ffn"])];
}

/** How much tokens attend by distance: in the first layer for all, in UMT5 in each. */
function distanceBias(to: string, from: string, facts: Facts): TensorRule {
  const isPerLayer = facts.className.startsWith("UMT5");
  return linear(`${to}.attn_rel_b`, `${from}.relative_attention_bias`, ["buckets", "heads"], {
    exact: true,
    layers: (layer) => layer === 0 || isPerLayer,
  });
}

function encoder(facts: Facts): TensorRule[] {
  const attention = `${ENCODER}.0.SelfAttention`;
  return [
    norm("enc.blk.{layer}.attn_norm", `${ENCODER}.0.layer_norm`),
    ...attentionPart("enc.blk.{layer}", attention),
    distanceBias("enc.blk.{layer}", attention, facts),
    norm("enc.blk.{layer}.ffn_norm", `${ENCODER}.1.layer_norm`),
    ...feedForward("enc.blk.{layer}", `${ENCODER}.1.DenseReluDense`, isGated(facts)),
    norm("enc.output_norm", "encoder.final_layer_norm"),
  ];
}

function decoder(facts: Facts): TensorRule[] {
  const attention = `${DECODER}.0.SelfAttention`;
  const inDecoder = (rule: TensorRule): TensorRule => ({ ...rule, count: "decoderLayers" });
  return [
    ...[
      norm("dec.blk.{layer}.attn_norm", `${DECODER}.0.layer_norm`),
      ...attentionPart("dec.blk.{layer}", attention),
      distanceBias("dec.blk.{layer}", attention, facts),
      norm("dec.blk.{layer}.cross_attn_norm", `${DECODER}.1.layer_norm`),
      ...attentionPart("dec.blk.{layer}", `${DECODER}.1.EncDecAttention`, "cross_attn"),
      norm("dec.blk.{layer}.ffn_norm", `${DECODER}.2.layer_norm`),
      ...feedForward("dec.blk.{layer}", `${DECODER}.2.DenseReluDense`, isGated(facts)),
    ].map(inDecoder),
    norm("dec.output_norm", "decoder.final_layer_norm", "hidden", outputScale(facts)),
  ];
}

/**
 * With a head that is the embedding, T5 scales what goes into it; the engine does not, so
 * the norm before it does.
 */
function outputScale({ config, dims }: Facts): Partial<TensorRule> {
  const isScaled = config.flag("scale_decoder_outputs", "tie_word_embeddings");
  return isScaled ? { operation: { kind: "scale", value: dims.hidden ** -0.5 } } : {};
}

function isGated({ config }: Facts): boolean {
  return config.text("feed_forward_proj")?.startsWith("gated-") ?? false;
}

function check({ config, dims, sizes, className }: Facts): void {
  const layers = sizes["decoderLayers"] ?? dims.layers;
  if (layers > dims.layers) {
    const most = `at most the encoder's ${String(dims.layers)}`;
    throw config.unsupported(className, "num_decoder_layers", layers, most);
  }
  const activation = config.text("feed_forward_proj");
  if (activation === "relu" || activation === "gated-gelu") return;
  throw config.unsupported(className, "feed_forward_proj", activation, "relu or gated-gelu");
}

function metadata(facts: Facts): Metadata[] {
  const epsilon = facts.config.number("layer_norm_epsilon");
  return [
    ...transformer(facts),
    ...headSize(facts),
    ["attention.layer_norm_epsilon", "f32", epsilon],
    ["attention.layer_norm_rms_epsilon", "f32", epsilon],
    [
      "attention.relative_buckets_count",
      "u32",
      facts.config.integer("relative_attention_num_buckets"),
    ],
  ];
}

export const T5: Family = {
  architecture: "t5",
  classes: [
    "T5ForConditionalGeneration",
    "T5WithLMHeadModel",
    "MT5ForConditionalGeneration",
    "UMT5ForConditionalGeneration",
  ],
  modelTypes: ["t5", "mt5", "umt5"],
  defaults: DEFAULTS,
  renamings: [],
  sizes: (config, { layers }) => ({
    buckets: config.integer("relative_attention_num_buckets"),
    decoderLayers: config.optionalInteger("num_decoder_layers") ?? layers,
  }),
  check,
  metadata: (facts) => [
    ...metadata(facts),
    ["decoder_block_count", "u32", facts.sizes["decoderLayers"] ?? facts.dims.layers],
    [
      "decoder_start_token_id",
      "u32",
      facts.config.integer("decoder_start_token_id", "pad_token_id"),
    ],
  ],
  // Which of the three is saved differs; they are one.
  embedding: ["shared", "encoder.embed_tokens", "decoder.embed_tokens"],
  tensors: (facts) => [...encoder(facts), ...decoder(facts)],
  head: { module: "lm_head" },
  // Never read, in any version.
  ignored: [/EncDecAttention[.]relative_attention_bias[.]weight$/],
};

export const T5_ENCODER: Family = {
  ...T5,
  architecture: "t5encoder",
  classes: ["T5EncoderModel"],
  modelTypes: [],
  metadata,
  embedding: ["shared", "encoder.embed_tokens"],
  tensors: encoder,
  isEncoder: true,
};
