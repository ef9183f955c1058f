import type { PlanRows } from "../../native/checkpoint-plan.js";
import type { Family } from "../family.js";
import { layerNormEpsilon, transformer } from "../hyperparameters.js";
import { GELU, requireActivation, requireSetting } from "../requirements.js";
import { layerNorm, linear, sizeOf, type Sizes } from "../tensor-rules.js";

export const FALCON: Family = {
  architecture: "falcon",
  classes: ["FalconForCausalLM", "FalconModel", "RWForCausalLM"],
  modelTypes: ["falcon", "RefinedWeb", "RefinedWebModel"],
  defaults: {
    activation: "gelu",
    max_position_embeddings: 2048,
    layer_norm_epsilon: 1e-5,
    multi_query: true,
    parallel_attn: true,
    alibi: false,
    bias: false,
    bos_token_id: 11,
    eos_token_id: 11,
    tie_word_embeddings: true,
  },
  renamings: [[/^transformer[.]/, ""]],
  derive: (config) => {
    // Falcon 7B shares one head of keys, and its num_kv_heads says nothing.
    const isGrouped = config.flag("new_decoder_architecture") || !config.flag("multi_query");
    return isGrouped ? {} : { num_key_value_heads: 1 };
  },
  sizes: (_, { query, key }) => ({ qkv: query + 2 * key }),
  rope: ["linear", "yarn"],
  check(facts) {
    requireActivation(facts, ...GELU);
    requireSetting(facts, "alibi", false);
    requireSetting(facts, "bias", false);
    requireSetting(facts, "parallel_attn", true);
  },
  metadata: (facts) => [
    ...transformer(facts),
    layerNormEpsilon(facts),
    ["tensor_data_layout", "string", "jploski"],
  ],
  embedding: "word_embeddings",
  tensors: [
    // Falcon 40B has a norm for each half of a layer, Falcon 7B one for both.
    layerNorm("blk.{layer}.attn_norm", ["h.{layer}.ln_mlp", "h.{layer}.input_layernorm"]),
    layerNorm("blk.{layer}.attn_norm_2", "h.{layer}.ln_attn", "hidden", {
      bias: "optional",
      optional: true,
    }),
    linear("blk.{layer}.attn_qkv", "h.{layer}.self_attention.query_key_value", ["qkv", "hidden"], {
      operation: { kind: "rows", rows: byKind },
    }),
    linear("blk.{layer}.attn_output", "h.{layer}.self_attention.dense", ["hidden", "query"]),
    linear("blk.{layer}.ffn_up", "h.{layer}.mlp.dense_h_to_4h", ["ffn", "hidden"]),
    linear("blk.{layer}.ffn_down", "h.{layer}.mlp.dense_4h_to_h", ["hidden", "ffn"]),
    layerNorm("output_norm", "ln_f"),
  ],
  head: { module: "lm_head" },
};

/**
 * From groups of some queries with the key and the value that they share, to all queries,
 * all keys, all values.
 */
function byKind(sizes: Sizes): PlanRows[] {
  const [heads, groups] = [sizeOf("heads", sizes), sizeOf("kvHeads", sizes)];
  const headDim = sizeOf("headDim", sizes);
  const queries = heads / groups;
  const stride = (queries + 2) * headDim;
  const part = (first: number, count: number): PlanRows[] =>
    Array.from({ length: groups }, (_, group): PlanRows => [group * stride + first, count]);
  return [
    ...part(0, queries * headDim),
    ...part(queries * headDim, headDim),
    ...part((queries + 1) * headDim, headDim),
  ];
}
