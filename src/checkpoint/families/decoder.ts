import type { Renaming } from "../source-tensors.js";
import { experts, linear, type TensorRule } from "../tensor-rules.js";

/**
 * Decoders of Llama's making call their parts "model.layers.0...."; inside of larger
 * models there is more before it, and base classes save without "model.".
 */
export const DECODER_NAMES: readonly Renaming[] = [
  [/^(?:model[.])?(?:language_model|text_model)[.]/, ""],
  // Twice in what transformers 5 saves of Qwen2-Audio.
  [/^(?:model[.]){1,2}/, ""],
];

/** Feed-forward parts with a gate, as Llama names them. */
export function gatedFeedForward(extra: { bias?: "optional" } = {}): TensorRule[] {
  return [
    linear("blk.{layer}.ffn_gate", "layers.{layer}.mlp.gate_proj", ["ffn", "hidden"], extra),
    linear("blk.{layer}.ffn_up", "layers.{layer}.mlp.up_proj", ["ffn", "hidden"], extra),
    linear("blk.{layer}.ffn_down", "layers.{layer}.mlp.down_proj", ["hidden", "ffn"], extra),
  ];
}

/** Separate projections, as Llama names them, for families that rotate by halves. */
export function attention(
  extra: {
    readonly bias?: "optional" | "required";
    readonly outputBias?: "optional" | "required";
  } = {},
): TensorRule[] {
  const { bias, outputBias } = extra;
  const inputs = bias === undefined ? {} : { bias };
  const outputs = outputBias === undefined ? {} : { bias: outputBias };
  const module = "layers.{layer}.self_attn";
  return [
    linear("blk.{layer}.attn_q", `${module}.q_proj`, ["query", "hidden"], inputs),
    linear("blk.{layer}.attn_k", `${module}.k_proj`, ["key", "hidden"], inputs),
    linear("blk.{layer}.attn_v", `${module}.v_proj`, ["key", "hidden"], inputs),
    linear("blk.{layer}.attn_output", `${module}.o_proj`, ["hidden", "query"], outputs),
  ];
}

/** A router and its experts, stored one by one, or in one tensor with gate and up together. */
export function routedExperts(ffn: "ffn" | "expertFfn"): TensorRule[] {
  const module = "layers.{layer}.mlp.experts";
  const matrix = (
    name: "gate" | "up" | "down",
    shape: readonly [string, string],
    part: number,
    parts: number,
  ): TensorRule => {
    const from = [parts === 1 ? `${module}.${name}_proj` : `${module}.gate_up_proj`];
    const single = `${module}.{index}.${name}_proj`;
    return experts(`blk.{layer}.ffn_${name}_exps`, single, shape, { from, part, parts });
  };
  return [
    linear("blk.{layer}.ffn_gate_inp", "layers.{layer}.mlp.gate", ["experts", "hidden"], {
      exact: true,
    }),
    matrix("gate", [ffn, "hidden"], 0, 2),
    matrix("up", [ffn, "hidden"], 1, 2),
    matrix("down", ["hidden", ffn], 0, 1),
  ];
}
