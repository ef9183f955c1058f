import { GELU } from "../requirements.js";
import { layerNorm, linear, parameter } from "../tensor-rules.js";
import type { VisionFacts, VisionFamily } from "./family.js";
import {
  activation,
  CLIP_LAYER,
  patches,
  requireVision,
  requireWiderFeedForward,
} from "./parts.js";

/** LLaVA 1.5: CLIP's tower up to one of its last layers, and two linear layers. */
export const LLAVA: VisionFamily = {
  projector: "mlp",
  classes: ["LlavaForConditionalGeneration"],
  towers: ["clip_vision_model"],
  defaults: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    image_size: 224,
    patch_size: 32,
    hidden_act: "quick_gelu",
    layer_norm_eps: 1e-5,
  },
  renamings: [
    [/^model[.]/, ""],
    [/^vision_tower[.](?:vision_model[.])?/, "tower."],
    [/^multi_modal_projector[.]/, "projector."],
  ],
  merge: () => 1,
  sizes: (facts) => ({
    layers: featureLayer(facts),
    positions: facts.sizes.patches + 1,
  }),
  check(facts) {
    const { whole } = facts;
    const strategy = whole.text("vision_feature_select_strategy") ?? "default";
    requireVision(facts, "vision_feature_select_strategy", strategy, "default");
    const act = whole.text("projector_hidden_act") ?? "gelu";
    requireVision(facts, "projector_hidden_act", act, ...GELU);
    requireWiderFeedForward(facts);
  },
  metadata: (facts) => [
    ...activation(facts, "quick_gelu", "gelu"),
    ["vision.feature_layer", "i32[]", [featureLayer(facts)]],
    ["vision.attention.layer_norm_epsilon", "f32", facts.config.number("layer_norm_eps")],
  ],
  tensors: () => [
    parameter("v.class_embd", "tower.embeddings.class_embedding", ["hidden"]),
    patches("tower.embeddings.patch_embedding"),
    parameter("v.position_embd.weight", "tower.embeddings.position_embedding.weight", [
      "positions",
      "hidden",
    ]),
    // Spelled so in transformers.
    layerNorm("v.pre_ln", "tower.pre_layrnorm"),
    ...CLIP_LAYER,
    linear("mm.0", "projector.linear_1", ["text", "hidden"], { bias: "required" }),
    linear("mm.2", "projector.linear_2", ["text", "text"], { bias: "required" }),
  ],
  // Layers behind the one whose output is taken.
  ignored: () => [/^tower[.]encoder[.]layers[.]/, /^tower[.]post_layernorm[.]/],
};

/** How many layers a picture goes through: counted from the end, where it is negative. */
function featureLayer({ whole, config, className }: VisionFacts): number {
  const layers = config.integer("num_hidden_layers");
  const value = whole.value("vision_feature_layer") ?? -2;
  const index = Number.isInteger(value) ? (value as number) : NaN;
  // Of the outputs, the first is the input of the first layer.
  const count = index < 0 ? layers + 1 + index : index;
  if (count >= 1 && count <= layers) return count;
  const supported = `one of ${String(layers)} layers`;
  throw whole.unsupported(className, "vision_feature_layer", value, supported);
}
