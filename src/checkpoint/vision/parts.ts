import type { Metadata } from "../metadata.js";
import type { PlanRows } from "../../native/checkpoint-plan.js";
import { GELU, GELU_TANH } from "../requirements.js";
import { layerNorm, linear, norm, type Sizes, type TensorRule } from "../tensor-rules.js";
import type { VisionFacts } from "./family.js";

// What towers have in common.

/** The metadata of the engine's activation: of none, it is the quick approximation of GELU. */
export function activation(
  { config, className }: VisionFacts,
  ...allowed: readonly ("gelu" | "silu" | "quick_gelu")[]
): Metadata[] {
  const name = config.text("hidden_act") ?? "";
  const kind = [...GELU, ...GELU_TANH].some((known) => known === name)
    ? "gelu"
    : name === "swish"
      ? "silu"
      : name;
  const found = allowed.find((known) => known === kind);
  if (found === undefined) {
    throw config.unsupported(className, "vision_config.hidden_act", name, allowed.join(" or "));
  }
  return found === "quick_gelu" ? [] : [[`use_${found}`, "bool", true]];
}

/** The convolution that makes patches of pixels. */
export function patches(from: string, extra: { readonly bias?: "required" } = {}): TensorRule {
  const shape = ["hidden", "channels", "patch", "patch"];
  return { to: "v.patch_embd", from, shape, target: shape, exact: true, ...extra };
}

/** The same over two frames of a film at once: one tensor for each, first and second. */
export function framePatches(from: string): TensorRule[] {
  const frame = (index: number): ((sizes: Sizes) => PlanRows[]) => {
    return ({ hidden = 0, patch = 0, channels = 0 }) =>
      Array.from({ length: hidden * channels }, (_, plane): PlanRows => {
        return [(2 * plane + index) * patch, patch];
      });
  };
  return ["v.patch_embd.weight", "v.patch_embd.weight.1"].map((to, index) => ({
    ...{ to, from: `${from}.weight`, bare: true, exact: true },
    shape: ["hidden", "channels", 2, "patch", "patch"],
    target: ["hidden", "channels", "patch", "patch"],
    operation: { kind: "rows", rows: frame(index) },
  }));
}

/** Queries, keys and values as one matrix, one below the other. */
export function fusedAttention(from: string): TensorRule[] {
  return ["q", "k", "v"].map((name, index) =>
    linear(`v.blk.{layer}.attn_${name}`, from, ["fused", "hidden"], {
      bias: "required",
      operation: { kind: "rows", rows: ({ hidden = 0 }) => [[index * hidden, hidden]] },
    }),
  );
}

/** A layer as CLIP and SigLIP name its parts. */
export const CLIP_LAYER: readonly TensorRule[] = [
  ...(["q", "k", "v"] as const).map((name) =>
    linear(
      `v.blk.{layer}.attn_${name}`,
      `tower.encoder.layers.{layer}.self_attn.${name}_proj`,
      ["hidden", "hidden"],
      { bias: "required" },
    ),
  ),
  linear(
    "v.blk.{layer}.attn_out",
    "tower.encoder.layers.{layer}.self_attn.out_proj",
    ["hidden", "hidden"],
    { bias: "required" },
  ),
  layerNorm("v.blk.{layer}.ln1", "tower.encoder.layers.{layer}.layer_norm1"),
  layerNorm("v.blk.{layer}.ln2", "tower.encoder.layers.{layer}.layer_norm2"),
  ...feedForward("tower.encoder.layers.{layer}.mlp.fc1", "tower.encoder.layers.{layer}.mlp.fc2"),
];

export function feedForward(up: string, down: string): TensorRule[] {
  return [
    linear("v.blk.{layer}.ffn_up", up, ["ffn", "hidden"], { bias: "required" }),
    linear("v.blk.{layer}.ffn_down", down, ["hidden", "ffn"], { bias: "required" }),
  ];
}

/** A feed-forward part with a gate. */
export function gatedFeedForward(module: string, extra: { bias?: "required" } = {}): TensorRule[] {
  return [
    linear("v.blk.{layer}.ffn_gate", `${module}.gate_proj`, ["ffn", "hidden"], extra),
    linear("v.blk.{layer}.ffn_up", `${module}.up_proj`, ["ffn", "hidden"], extra),
    linear("v.blk.{layer}.ffn_down", `${module}.down_proj`, ["hidden", "ffn"], extra),
  ];
}

/** Normalisations of a layer without biases. */
export function plainNorms(first: string, second: string): TensorRule[] {
  return [norm("v.blk.{layer}.ln1", first), norm("v.blk.{layer}.ln2", second)];
}

/**
 * The engine takes feed-forward parts that are as wide as the tower for ones with the two
 * matrices exchanged, as old converters wrote them.
 */
export function requireWiderFeedForward({ config, sizes, className }: VisionFacts): void {
  if (sizes.ffn !== sizes.hidden) return;
  const supported = "another size than hidden_size";
  throw config.unsupported(className, "vision_config.intermediate_size", sizes.ffn, supported);
}

/** Throws unless a setting of the tower, or of the whole, is what the graph has built in. */
export function requireVision(
  { config, className }: VisionFacts,
  setting: string,
  value: unknown,
  ...allowed: readonly unknown[]
): void {
  if (allowed.includes(value)) return;
  const known = allowed.filter((item) => item !== undefined).map(String);
  throw config.unsupported(className, setting, value, known.join(" or "));
}
