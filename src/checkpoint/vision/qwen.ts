import {
  layerNorm,
  linear,
  norm,
  parameter,
  type Sizes,
  type TensorRule,
} from "../tensor-rules.js";
import type { VisionFacts, VisionFamily } from "./family.js";
import {
  activation,
  feedForward,
  framePatches,
  fusedAttention,
  gatedFeedForward,
  plainNorms,
  requireVision,
  requireWiderFeedForward,
} from "./parts.js";

const RENAMINGS = [
  [/^model[.]/, ""],
  [/^visual[.]merger[.]/, "projector."],
  [/^visual[.]/, "tower."],
] as const;

const BLOCK = "tower.blocks.{layer}";

const OUTPUT: TensorRule = linear(
  "v.blk.{layer}.attn_out",
  `${BLOCK}.attn.proj`,
  ["hidden", "hidden"],
  { bias: "required" },
);

function merger(first: string, second: string): TensorRule[] {
  return [
    linear("mm.0", first, ["merged", "merged"], { bias: "required" }),
    linear("mm.2", second, ["text", "merged"], { bias: "required" }),
  ];
}

const sizes = ({ sizes: { hidden } }: VisionFacts): Sizes => ({ fused: 3 * hidden });

function checkFrames(facts: VisionFacts): void {
  requireVision(facts, "vision_config.spatial_merge_size", facts.sizes.merge, 2);
  const frames = facts.config.integer("temporal_patch_size");
  requireVision(facts, "vision_config.temporal_patch_size", frames, 2);
}

const mergeSize: VisionFamily["merge"] = ({ config }) => config.integer("spatial_merge_size");

/** Qwen 2: a tower with rotations in two dimensions, for pictures of any size. */
export const QWEN2_VL_VISION: VisionFamily = {
  projector: "qwen2vl_merger",
  classes: ["Qwen2VLForConditionalGeneration"],
  defaults: {
    depth: 32,
    embed_dim: 1280,
    // The width of the language model; the tower's is embed_dim.
    hidden_size: 3584,
    hidden_act: "quick_gelu",
    mlp_ratio: 4,
    num_heads: 16,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    image_size: 560,
  },
  renamings: RENAMINGS,
  merge: mergeSize,
  sizes,
  check(facts) {
    checkFrames(facts);
    requireWiderFeedForward(facts);
  },
  metadata: (facts) => [
    ...activation(facts, "quick_gelu", "gelu"),
    ["vision.spatial_merge_size", "u32", facts.sizes.merge],
    // Built into transformers.
    ["vision.attention.layer_norm_epsilon", "f32", 1e-6],
  ],
  tensors: () => [
    ...framePatches("tower.patch_embed.proj"),
    ...fusedAttention(`${BLOCK}.attn.qkv`),
    OUTPUT,
    layerNorm("v.blk.{layer}.ln1", `${BLOCK}.norm1`),
    layerNorm("v.blk.{layer}.ln2", `${BLOCK}.norm2`),
    ...feedForward(`${BLOCK}.mlp.fc1`, `${BLOCK}.mlp.fc2`),
    layerNorm("v.post_ln", "projector.ln_q"),
    ...merger("projector.mlp.0", "projector.mlp.2"),
  ],
};

/** Qwen 2.5: most layers see windows only. */
export const QWEN2_5_VL_VISION: VisionFamily = {
  ...QWEN2_VL_VISION,
  projector: "qwen2.5vl_merger",
  classes: ["Qwen2_5_VLForConditionalGeneration"],
  defaults: {
    depth: 32,
    hidden_size: 1280,
    out_hidden_size: 3584,
    hidden_act: "silu",
    intermediate_size: 3420,
    num_heads: 16,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    window_size: 112,
    fullatt_block_indexes: [7, 15, 23, 31],
    image_size: 560,
  },
  check(facts) {
    checkFrames(facts);
    requireVision(facts, "vision_config.window_size", facts.config.integer("window_size"), 112);
    requireWiderFeedForward(facts);
  },
  metadata: (facts) => [
    ...activation(facts, "silu"),
    ["vision.spatial_merge_size", "u32", facts.sizes.merge],
    ["vision.n_wa_pattern", "u32", windowPattern(facts)],
    ["vision.attention.layer_norm_epsilon", "f32", 1e-6],
  ],
  tensors: () => [
    ...framePatches("tower.patch_embed.proj"),
    ...fusedAttention(`${BLOCK}.attn.qkv`),
    OUTPUT,
    ...plainNorms(`${BLOCK}.norm1`, `${BLOCK}.norm2`),
    ...gatedFeedForward(`${BLOCK}.mlp`, { bias: "required" }),
    norm("v.post_ln", "projector.ln_q"),
    ...merger("projector.mlp.0", "projector.mlp.2"),
  ],
};

/** Every so many layers, one sees all of the picture. */
function windowPattern({ config, className, sizes: { layers } }: VisionFacts): number {
  const whole = config.numbers("fullatt_block_indexes") ?? [];
  const every = (whole[0] ?? layers) + 1;
  const expected = Array.from({ length: layers }, (_, layer) => layer).filter(
    (layer) => (layer + 1) % every === 0,
  );
  if (whole.join() === expected.join()) return every;
  const setting = "vision_config.fullatt_block_indexes";
  throw config.unsupported(className, setting, whole, "every so many layers");
}

/** Qwen 3: outputs of some layers go to layers of the language model, beside the rows. */
export const QWEN3_VL_VISION: VisionFamily = {
  projector: "qwen3vl_merger",
  classes: ["Qwen3VLForConditionalGeneration"],
  defaults: {
    depth: 27,
    hidden_size: 1152,
    hidden_act: "gelu_pytorch_tanh",
    intermediate_size: 4304,
    num_heads: 16,
    patch_size: 16,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    out_hidden_size: 3584,
    num_position_embeddings: 2304,
    deepstack_visual_indexes: [8, 16, 24],
  },
  renamings: RENAMINGS,
  merge: mergeSize,
  sizes: (facts) => ({
    ...sizes(facts),
    positions: facts.config.integer("num_position_embeddings"),
  }),
  check(facts) {
    checkFrames(facts);
    const indexes = deepstack(facts);
    const ascending = indexes.every((layer, i) => i === 0 || layer > (indexes[i - 1] ?? layer));
    if (!ascending || indexes.some((layer) => !Number.isInteger(layer) || layer < 0)) {
      throw facts.config.damaged("deepstack_visual_indexes has to name layers in their order.");
    }
  },
  metadata: (facts) => [
    ...activation(facts, "gelu"),
    ["vision.spatial_merge_size", "u32", facts.sizes.merge],
    ["vision.attention.layer_norm_epsilon", "f32", 1e-6],
  ],
  tensors: (facts) => [
    ...framePatches("tower.patch_embed.proj"),
    parameter("v.patch_embd.bias", "tower.patch_embed.proj.bias", ["hidden"]),
    parameter("v.position_embd.weight", "tower.pos_embed.weight", ["positions", "hidden"]),
    linear("v.blk.{layer}.attn_qkv", `${BLOCK}.attn.qkv`, ["fused", "hidden"], {
      bias: "required",
    }),
    OUTPUT,
    layerNorm("v.blk.{layer}.ln1", `${BLOCK}.norm1`),
    layerNorm("v.blk.{layer}.ln2", `${BLOCK}.norm2`),
    ...feedForward(`${BLOCK}.mlp.linear_fc1`, `${BLOCK}.mlp.linear_fc2`),
    layerNorm("v.post_ln", "projector.norm"),
    ...merger("projector.linear_fc1", "projector.linear_fc2"),
    ...deepstack(facts).flatMap((layer, index) => deepstackMerger(layer, index)),
  ],
};

function deepstack({ config }: VisionFacts): number[] {
  return config.numbers("deepstack_visual_indexes") ?? [];
}

function deepstackMerger(layer: number, index: number): TensorRule[] {
  const [to, from] = [
    `v.deepstack.${String(layer)}`,
    `tower.deepstack_merger_list.${String(index)}`,
  ];
  const bias = { bias: "required" } as const;
  return [
    layerNorm(`${to}.norm`, `${from}.norm`, "merged"),
    linear(`${to}.fc1`, `${from}.linear_fc1`, ["merged", "merged"], bias),
    linear(`${to}.fc2`, `${from}.linear_fc2`, ["text", "merged"], bias),
  ];
}
