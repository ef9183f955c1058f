import { GELU } from "../requirements.js";
import { layerNorm, linear, norm, parameter, type TensorRule } from "../tensor-rules.js";
import type { VisionFacts, VisionFamily } from "./family.js";
import { activation, feedForward, patches, requireVision } from "./parts.js";

const LAYER = "tower.encoder.layer.{layer}";

function attention(name: "q" | "k" | "v"): TensorRule {
  return linear(`v.blk.{layer}.attn_${name}`, `${LAYER}.attention.${name}_proj`, SQUARE, {
    bias: "optional",
  });
}

const SQUARE = ["hidden", "hidden"] as const;

/** InternVL 2.5 and 3, as transformers writes them: a tower of its own, for square tiles. */
export const INTERNVL: VisionFamily = {
  projector: "internvl",
  classes: ["InternVLForConditionalGeneration"],
  towers: ["internvl_vision"],
  defaults: {
    hidden_size: 1024,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    attention_bias: false,
    use_qk_norm: false,
    intermediate_size: 4096,
    hidden_act: "gelu",
    layer_norm_eps: 1e-6,
    image_size: [448, 448],
    patch_size: [14, 14],
    norm_type: "layer_norm",
    use_mean_pooling: true,
  },
  renamings: [
    [/^model[.]/, ""],
    [/^vision_tower[.]/, "tower."],
    [/^multi_modal_projector[.]/, "projector."],
  ],
  merge: ({ whole, className }) => {
    const ratio = whole.optionalNumber("downsample_ratio") ?? 0.5;
    if (ratio > 0 && Number.isInteger(1 / ratio)) return 1 / ratio;
    throw whole.unsupported(className, "downsample_ratio", ratio, "fractions such as 0.5");
  },
  sizes: ({ sizes }) => ({ positions: sizes.patches + 1 }),
  check(facts) {
    const { whole, config, sizes } = facts;
    const act = whole.text("projector_hidden_act") ?? "gelu";
    requireVision(facts, "projector_hidden_act", act, ...GELU);
    // The engine knows by the size of the tower which it is.
    const isLarge = sizes.hidden === 3200 && sizes.layers === 45;
    const kind = config.text("norm_type") ?? "";
    requireVision(facts, "vision_config.norm_type", kind, isLarge ? "rms_norm" : "layer_norm");
    const layer = whole.value("vision_feature_layer") ?? -1;
    requireVision(facts, "vision_feature_layer", layer, -1);
    const strategy = whole.text("vision_feature_select_strategy") ?? "default";
    requireVision(facts, "vision_feature_select_strategy", strategy, "default");
    requireLastNorm(facts);
  },
  metadata: (facts) => [
    ...activation(facts, "gelu"),
    ["vision.projector.scale_factor", "u32", facts.sizes.merge],
    ["vision.attention.layer_norm_epsilon", "f32", facts.config.number("layer_norm_eps")],
  ],
  tensors: ({ config }) => [
    parameter("v.class_embd", "tower.embeddings.cls_token", ["hidden"]),
    patches("tower.embeddings.patch_embeddings.projection", { bias: "required" }),
    parameter("v.position_embd.weight", "tower.embeddings.position_embeddings", [
      "positions",
      "hidden",
    ]),
    ...(["q", "k", "v"] as const).map(attention),
    linear("v.blk.{layer}.attn_out", `${LAYER}.attention.projection_layer`, SQUARE, {
      bias: "required",
    }),
    ...(config.flag("use_qk_norm") ? HEAD_NORMS : []),
    ...norms(config.text("norm_type")),
    parameter("v.blk.{layer}.ls1.weight", `${LAYER}.lambda_1`, ["hidden"]),
    parameter("v.blk.{layer}.ls2.weight", `${LAYER}.lambda_2`, ["hidden"]),
    ...feedForward(`${LAYER}.mlp.fc1`, `${LAYER}.mlp.fc2`),
    layerNorm("mm.model.mlp.0", "projector.layer_norm", "merged"),
    linear("mm.model.mlp.1", "projector.linear_1", ["text", "merged"], { bias: "required" }),
    linear("mm.model.mlp.3", "projector.linear_2", ["text", "text"], { bias: "required" }),
  ],
  ignored: () => [/^tower[.]embeddings[.]mask_token$/],
};

const HEAD_NORMS: readonly TensorRule[] = [
  norm("v.blk.{layer}.attn_q_norm", `${LAYER}.attention.q_norm`),
  norm("v.blk.{layer}.attn_k_norm", `${LAYER}.attention.k_norm`),
];

function norms(kind: string | undefined): TensorRule[] {
  const rule = kind === "rms_norm" ? norm : layerNorm;
  return [
    rule("v.blk.{layer}.ln1", `${LAYER}.layernorm_before`),
    rule("v.blk.{layer}.ln2", `${LAYER}.layernorm_after`),
  ];
}

/** A last normalisation is no part of the engine's graph. */
function requireLastNorm(facts: VisionFacts): void {
  const pooling = facts.config.flag("use_mean_pooling");
  requireVision(facts, "vision_config.use_mean_pooling", pooling, true);
}
