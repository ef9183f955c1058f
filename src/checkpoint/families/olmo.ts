import type { PlanRows } from "../../native/checkpoint-plan.js";
import type { Family } from "../family.js";
import { mixture, rmsNorm, transformer } from "../hyperparameters.js";
import { requireActivation, requireSetting, SILU } from "../requirements.js";
import { slidingWindow } from "../sliding-window.js";
import { linear, norm, sizeOf, type Sizes } from "../tensor-rules.js";
import { LLAMA_ATTENTION } from "./llama.js";
import { attention, DECODER_NAMES, gatedFeedForward, routedExperts } from "./decoder.js";

const DEFAULTS = {
  hidden_act: "silu",
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  pad_token_id: 1,
  eos_token_id: 50279,
  tie_word_embeddings: false,
};

/** OLMo 1, whose norms have no weights. */
export const OLMO: Family = {
  architecture: "olmo",
  classes: ["OlmoForCausalLM", "OlmoModel"],
  modelTypes: ["olmo"],
  defaults: DEFAULTS,
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...SILU);
  },
  metadata(facts) {
    const clamp = facts.config.optionalNumber("clip_qkv");
    return [
      ...transformer(facts),
      ["attention.layer_norm_epsilon", "f32", 1e-5],
      ...(clamp === undefined ? [] : ([["attention.clamp_kqv", "f32", clamp]] as const)),
    ];
  },
  embedding: "embed_tokens",
  tensors: [...LLAMA_ATTENTION.filter(({ to }) => !to.endsWith("_norm")), ...gatedFeedForward()],
  head: { module: "lm_head" },
};

/** OLMo 2 and 3. */
export const OLMO2: Family = {
  architecture: "olmo2",
  classes: ["Olmo2ForCausalLM", "Olmo3ForCausalLM", "Olmo2Model", "Olmo3Model"],
  modelTypes: ["olmo2", "olmo3"],
  defaults: DEFAULTS,
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...SILU);
  },
  metadata: (facts) => [...transformer(facts), rmsNorm(facts), ...slidingWindow(facts, 4)],
  embedding: "embed_tokens",
  tensors: [
    ...attention(),
    norm("blk.{layer}.attn_q_norm", "layers.{layer}.self_attn.q_norm", "query"),
    norm("blk.{layer}.attn_k_norm", "layers.{layer}.self_attn.k_norm", "key"),
    norm("blk.{layer}.post_attention_norm", "layers.{layer}.post_attention_layernorm"),
    ...gatedFeedForward(),
    norm("blk.{layer}.post_ffw_norm", "layers.{layer}.post_feedforward_layernorm"),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head", separate: true },
};

/**
 * The engine's graph has as many heads for keys as for queries. Where the checkpoint has
 * fewer, each serves several queries: repeated for each of them, it gives the same result,
 * because the norm over all keys does not change when all repeat equally often.
 */
function perQuery(sizes: Sizes): PlanRows[] {
  const [heads, kvHeads] = [sizeOf("heads", sizes), sizeOf("kvHeads", sizes)];
  const headDim = sizeOf("headDim", sizes);
  const group = heads / kvHeads;
  return Array.from({ length: heads }, (_, head): PlanRows => {
    return [Math.floor(head / group) * headDim, headDim];
  });
}

const REPEATED = { operation: { kind: "rows", rows: perQuery } } as const;
const ATTENTION = "layers.{layer}.self_attn";

export const OLMOE: Family = {
  architecture: "olmoe",
  classes: ["OlmoeForCausalLM", "OlmoeModel"],
  modelTypes: ["olmoe"],
  defaults: {
    ...DEFAULTS,
    max_position_embeddings: 4096,
    num_experts: 64,
    num_experts_per_tok: 8,
    norm_topk_prob: false,
  },
  renamings: DECODER_NAMES,
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...SILU);
    requireSetting(facts, "norm_topk_prob", false);
    requireSetting(facts, "clip_qkv", undefined);
  },
  metadata: (facts) => [
    ...transformer(facts),
    ...mixture(facts),
    rmsNorm(facts),
    ["attention.head_count_kv", "u32", facts.dims.heads],
  ],
  embedding: "embed_tokens",
  tensors: [
    norm("blk.{layer}.attn_norm", "layers.{layer}.input_layernorm"),
    linear("blk.{layer}.attn_q", `${ATTENTION}.q_proj`, ["query", "hidden"]),
    linear("blk.{layer}.attn_k", `${ATTENTION}.k_proj`, ["key", "hidden"], REPEATED),
    linear("blk.{layer}.attn_v", `${ATTENTION}.v_proj`, ["key", "hidden"], REPEATED),
    linear("blk.{layer}.attn_output", `${ATTENTION}.o_proj`, ["hidden", "query"]),
    norm("blk.{layer}.attn_q_norm", `${ATTENTION}.q_norm`, "query"),
    norm("blk.{layer}.attn_k_norm", `${ATTENTION}.k_norm`, "key", REPEATED),
    norm("blk.{layer}.ffn_norm", "layers.{layer}.post_attention_layernorm"),
    ...routedExperts("ffn"),
    norm("output_norm", "norm"),
  ],
  head: { module: "lm_head", separate: true },
};
