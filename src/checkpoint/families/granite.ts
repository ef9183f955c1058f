import type { Config } from "../config.js";
import type { Family } from "../family.js";
import { mixture } from "../hyperparameters.js";
import { linear, norm, type TensorRule } from "../tensor-rules.js";
import { LLAMA, LLAMA_ATTENTION, LLAMA_DEFAULTS } from "./llama.js";

export const GRANITE: Family = {
  ...LLAMA,
  architecture: "granite",
  classes: ["GraniteForCausalLM", "GraniteModel"],
  modelTypes: ["granite"],
  defaults: {
    ...LLAMA_DEFAULTS,
    embedding_multiplier: 1,
    logits_scaling: 1,
    residual_multiplier: 1,
    attention_multiplier: 1,
  },
  metadata: (facts) => [
    ...LLAMA.metadata(facts),
    ["embedding_scale", "f32", positive(facts.config, "embedding_multiplier")],
    ["residual_scale", "f32", positive(facts.config, "residual_multiplier")],
    ["attention.scale", "f32", positive(facts.config, "attention_multiplier")],
    ["logit_scale", "f32", positive(facts.config, "logits_scaling")],
  ],
};

/** Experts that are stored as one, gate and up together. */
function experts(
  to: "gate" | "up" | "down",
  shape: readonly [string, string],
  part: number,
  parts: number,
): TensorRule {
  const from = `layers.{layer}.block_sparse_moe.${parts === 1 ? "output" : "input"}_linear`;
  return linear(`blk.{layer}.ffn_${to}_exps`, from, shape, {
    stack: "experts",
    fused: { from: [from], part, parts },
  });
}

export const GRANITE_MOE: Family = {
  ...GRANITE,
  architecture: "granitemoe",
  classes: ["GraniteMoeForCausalLM", "GraniteMoeModel"],
  modelTypes: ["granitemoe"],
  defaults: { ...GRANITE.defaults, num_local_experts: 8, num_experts_per_tok: 2 },
  rope: ["linear", "yarn"],
  metadata: (facts) => [...GRANITE.metadata(facts), ...mixture(facts)],
  tensors: [
    ...LLAMA_ATTENTION,
    linear(
      "blk.{layer}.ffn_gate_inp",
      "layers.{layer}.block_sparse_moe.router.layer",
      ["experts", "hidden"],
      { exact: true },
    ),
    experts("gate", ["ffn", "hidden"], 0, 2),
    experts("up", ["ffn", "hidden"], 1, 2),
    experts("down", ["hidden", "ffn"], 0, 1),
    norm("output_norm", "norm"),
  ],
  generated: () => [],
};

/** The engine takes 0 for "left out". */
function positive(config: Config, name: string): number {
  const value = config.number(name);
  if (value > 0) return value;
  throw config.damaged(`${name} is ${String(value)}; it has to be more than 0.`);
}
