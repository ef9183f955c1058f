import { GELU } from "../requirements.js";
import { linear, norm, parameter, type TensorRule } from "../tensor-rules.js";
import type { VisionFacts, VisionFamily } from "./family.js";
import { activation, gatedFeedForward, patches, plainNorms, requireVision } from "./parts.js";

const LAYER = "tower.transformer.layers.{layer}";
const ROW_BREAK = "[IMG_BREAK]";
/** Built into transformers for the tower. The merger has the language model's. */
const EPSILON = 1e-5;

function attention(to: string, from: string, rotates: boolean): TensorRule {
  const turned = { operation: { kind: "permute", heads: "heads" } } as const;
  const module = `${LAYER}.attention.${from}_proj`;
  return linear(`v.blk.{layer}.${to}`, module, ["hidden", "hidden"], rotates ? turned : {});
}

/** Pixtral and Mistral 3: pictures of any size, in rows that end with a token. */
export const PIXTRAL: VisionFamily = {
  projector: "pixtral",
  classes: ["LlavaForConditionalGeneration", "Mistral3ForConditionalGeneration"],
  towers: ["pixtral"],
  defaults: {
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    image_size: 1024,
    patch_size: 16,
    hidden_act: "gelu",
  },
  renamings: [
    [/^model[.]/, ""],
    [/^vision_tower[.]/, "tower."],
    [/^multi_modal_projector[.]/, "projector."],
    [/^language_model[.](?:model[.])?embed_tokens[.]/, "embedding."],
  ],
  merge: (facts) =>
    mergesPatches(facts) ? (facts.whole.optionalInteger("spatial_merge_size") ?? 2) : 1,
  sizes: ({ text }) => ({ vocabulary: text.integer("vocab_size") }),
  check(facts) {
    const act = facts.whole.text("projector_hidden_act") ?? "gelu";
    requireVision(facts, "projector_hidden_act", act, ...GELU);
    const layer = facts.whole.value("vision_feature_layer") ?? -1;
    requireVision(facts, "vision_feature_layer", layer, -1);
    requireRotation(facts);
    if (!mergesPatches(facts)) return;
    const epsilon = facts.text.optionalNumber("rms_norm_eps") ?? 1e-6;
    requireVision(facts, "text_config.rms_norm_eps", epsilon, EPSILON);
  },
  metadata: (facts) => [
    ...activation(facts, "gelu", "silu"),
    ["vision.spatial_merge_size", "u32", facts.sizes.merge],
    ["vision.attention.layer_norm_epsilon", "f32", EPSILON],
  ],
  tensors: (facts) => [
    patches("tower.patch_conv"),
    norm("v.pre_ln", "tower.ln_pre"),
    attention("attn_q", "q", true),
    attention("attn_k", "k", true),
    attention("attn_v", "v", false),
    attention("attn_out", "o", false),
    ...plainNorms(`${LAYER}.attention_norm`, `${LAYER}.ffn_norm`),
    ...gatedFeedForward(`${LAYER}.feed_forward`),
    ...(mergesPatches(facts) ? MERGER : []),
    linear("mm.1", "projector.linear_1", ["text", "hidden"], { bias: "optional" }),
    linear("mm.2", "projector.linear_2", ["text", "text"], { bias: "optional" }),
    parameter("v.token_embd.img_break", "embedding.weight", ["vocabulary", "text"], {
      operation: { kind: "rows", rows: () => [[facts.tokens[ROW_BREAK] ?? 0, 1]] },
      target: ["text"],
    }),
  ],
  specialTokens: [ROW_BREAK],
};

const MERGER: readonly TensorRule[] = [
  norm("mm.input_norm", "projector.norm"),
  linear("mm.patch_merger", "projector.patch_merger.merging_layer", ["hidden", "merged"]),
];

function mergesPatches({ className }: Pick<VisionFacts, "className">): boolean {
  return className.startsWith("Mistral3");
}

/** The graph has this base of rotations built in. */
function requireRotation(facts: VisionFacts): void {
  const { config } = facts;
  const theta =
    config.object("rope_parameters")?.optionalNumber("rope_theta") ??
    config.optionalNumber("rope_theta") ??
    10000;
  requireVision(facts, "vision_config.rope_theta", theta, 10000);
  const share = facts.sizes.hidden / facts.sizes.heads;
  const head = config.optionalInteger("head_dim") ?? share;
  requireVision(facts, "vision_config.head_dim", head, share);
  if (share % 4 !== 0) throw config.damaged("vision_config: a head does not divide by 4.");
}
