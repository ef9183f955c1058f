import type { Metadata } from "../metadata.js";
import { ADD_ONE, layerNorm, linear, norm, parameter, type TensorRule } from "../tensor-rules.js";
import type { VisionFacts, VisionFamily } from "./family.js";
import { activation, CLIP_LAYER, patches, requireWiderFeedForward } from "./parts.js";

const SIGLIP: readonly TensorRule[] = [
  patches("tower.embeddings.patch_embedding", { bias: "required" }),
  parameter("v.position_embd.weight", "tower.embeddings.position_embedding.weight", [
    "patches",
    "hidden",
  ]),
  ...CLIP_LAYER,
  layerNorm("v.post_ln", "tower.post_layernorm"),
];

const DEFAULTS = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  image_size: 224,
  patch_size: 16,
  hidden_act: "gelu_pytorch_tanh",
  layer_norm_eps: 1e-6,
};

/** Gemma 3: SigLIP's tower, averages over squares of patches, and one matrix. */
export const GEMMA3_VISION: VisionFamily = {
  projector: "gemma3",
  classes: ["Gemma3ForConditionalGeneration"],
  towers: ["siglip_vision_model"],
  defaults: DEFAULTS,
  renamings: [
    [/^model[.]/, ""],
    [/^vision_tower[.](?:vision_model[.])?/, "tower."],
    [/^multi_modal_projector[.]/, "projector."],
  ],
  merge: pooledPatches,
  check: requireWiderFeedForward,
  metadata: siglipMetadata,
  tensors: () => [
    ...SIGLIP,
    norm("mm.soft_emb_norm", "projector.mm_soft_emb_norm", "hidden", { operation: ADD_ONE }),
    // The engine turns it, which quantised types cannot be.
    parameter("mm.input_projection.weight", "projector.mm_input_projection_weight", [
      "hidden",
      "text",
    ]),
  ],
  ignored: () => [/^tower[.]head[.]/],
};

/** Patches per side that become one row: the model's config says how many rows there are. */
function pooledPatches({ whole, config }: Omit<VisionFacts, "sizes">): number {
  const rows = Math.sqrt(whole.optionalInteger("mm_tokens_per_image") ?? 256);
  const merge = Math.floor(config.integer("image_size") / config.integer("patch_size")) / rows;
  if (Number.isInteger(rows) && Number.isInteger(merge) && merge > 0) return merge;
  throw whole.damaged("mm_tokens_per_image does not fit the tower's image_size.");
}

/** Idefics 3 and SmolVLM: SigLIP's tower, and one matrix for squares of patches. */
export const IDEFICS3: VisionFamily = {
  projector: "idefics3",
  classes: ["Idefics3ForConditionalGeneration", "SmolVLMForConditionalGeneration"],
  defaults: {
    ...DEFAULTS,
    hidden_size: 1152,
    num_attention_heads: 16,
    patch_size: 32,
  },
  renamings: [
    [/^model[.]/, ""],
    [/^vision_model[.]/, "tower."],
    [/^connector[.]/, "projector."],
  ],
  merge: ({ whole }) => whole.optionalInteger("scale_factor") ?? 2,
  check: requireWiderFeedForward,
  metadata: siglipMetadata,
  tensors: () => [
    ...SIGLIP,
    linear("mm.model.fc", "projector.modality_projection.proj", ["text", "merged"]),
  ],
};

function siglipMetadata(facts: VisionFacts): Metadata[] {
  return [
    ...activation(facts, "gelu"),
    ["vision.projector.scale_factor", "u32", facts.sizes.merge],
    ["vision.attention.layer_norm_epsilon", "f32", facts.config.number("layer_norm_eps")],
  ];
}
