import { CPU, type Assignment } from "./assignment.js";
import type { ModelFacts } from "./facts.js";

/** What a name in a device map means. */
interface Module {
  readonly kind: "all" | "layers" | "layer" | "experts" | "embedding" | "output";
  readonly index: number;
}

/** Names as transformers' models and llama.cpp's files have them. */
const LAYER =
  /^(?:model\.|transformer\.|gpt_neox\.|language_model\.|decoder\.)*(?:layers|h|blocks|blk)\.(\d+)(?:\.(.+))?$/;
const EXPERTS = /(?:^|\.)(?:mlp\.experts|block_sparse_moe\.experts|experts|ffn_exps)(?:\.|$)/;
const LAYERS =
  /^(?:model\.|transformer\.|gpt_neox\.|language_model\.|decoder\.)*(?:layers|h|blocks|blk)$/;
const EMBEDDING =
  /(?:^|\.)(?:embed_tokens|wte|wpe|embed_in|word_embeddings|token_embd|rotary_emb|embeddings?)$/;
const OUTPUT =
  /(?:^|\.)(?:lm_head|embed_out|norm|final_layernorm|final_layer_norm|ln_f|output|output_norm)$/;
const ALL = /^(?:|model|transformer|gpt_neox|language_model|model\.language_model)$/;

export type MapProblem =
  | { readonly name: string; readonly reason: "unknown" | "no such layer" | "part of a layer" }
  | { readonly name: string; readonly reason: "missing" };

/** The devices that a map names, for every part, or what is wrong with it. */
export function assignByMap(
  facts: ModelFacts,
  map: Readonly<Record<string, string>>,
): Assignment | MapProblem {
  const count = facts.layers.length;
  const layers = new Array<string | undefined>(count).fill(undefined);
  const experts = new Array<string | undefined>(count).fill(undefined);
  let output: string | undefined;
  // The more a name says, the more it counts.
  const order = ["all", "layers", "layer", "experts", "embedding", "output"];
  const entries = Object.entries(map).map(([name, device]) => ({
    name,
    device,
    module: moduleOf(name),
  }));
  for (const { name, module } of entries) {
    if (module === undefined) {
      return { name, reason: LAYER.test(name) ? "part of a layer" : "unknown" };
    }
    if (module.index >= count) return { name, reason: "no such layer" };
  }
  entries.sort((a, b) => order.indexOf(a.module?.kind ?? "") - order.indexOf(b.module?.kind ?? ""));
  for (const { device, module } of entries) {
    if (module === undefined) continue;
    const { kind, index } = module;
    if (kind === "all") output = device;
    if (kind === "all" || kind === "layers") layers.fill(device);
    if (kind === "layer") layers[index] = device;
    if (kind === "experts") experts[index] = device;
    if (kind === "output") output = device;
  }
  const missing = layers.indexOf(undefined);
  if (missing >= 0) return { name: `model.layers.${String(missing)}`, reason: "missing" };
  const placed = layers.map((device) => device ?? CPU);
  return {
    layers: placed,
    experts: placed.map((device, index) => experts[index] ?? device),
    output: output ?? placed.at(-1) ?? CPU,
  };
}

function moduleOf(name: string): Module | undefined {
  const layer = LAYER.exec(name);
  if (layer !== null) {
    const [, index = "0", rest] = layer;
    if (rest === undefined) return { kind: "layer", index: Number(index) };
    return EXPERTS.test(rest) ? { kind: "experts", index: Number(index) } : undefined;
  }
  if (ALL.test(name)) return { kind: "all", index: -1 };
  if (LAYERS.test(name)) return { kind: "layers", index: -1 };
  if (EMBEDDING.test(name)) return { kind: "embedding", index: -1 };
  return OUTPUT.test(name) ? { kind: "output", index: -1 } : undefined;
}
