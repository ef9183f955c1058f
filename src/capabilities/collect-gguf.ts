import type { Evidence, Head } from "./evidence.js";
import type { TryTemplate } from "./model-files.js";
import { readTemplate } from "./template-text.js";

/** What `inspectModel` says of a GGUF file, as far as it counts here. */
export interface GgufFacts {
  readonly path: string;
  readonly architecture: string | undefined;
  readonly parameter_count: number;
  readonly context_length: number | undefined;
  readonly vocabulary_size: number | undefined;
  readonly chat_template: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Architectures of the engine that read texts and write none. */
const ENCODERS = new Set(
  (
    "bert modern-bert nomic-bert nomic-bert-moe jina-bert-v2 jina-bert-v3 neo-bert eurobert " +
    "t5encoder gemma-embedding llama-embed"
  ).split(" "),
);
const POOLINGS = ["none", "mean", "cls", "last", "rank"];
const FIM_KEYS = ["fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id", "prefix_token_id"];

/**
 * The facts about a GGUF file, from its header.
 *
 * @param name the file's own name, without the folder
 * @param senses what sees and hears for it: a projector beside it
 */
export async function collectGguf(
  name: string,
  facts: GgufFacts,
  senses: Pick<Evidence, "vision" | "audio">,
  tryTemplate: TryTemplate,
): Promise<Evidence> {
  const { architecture = "", metadata, chat_template: template } = facts;
  const valueOf = (key: string): unknown =>
    Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  const textOf = (key: string): string | undefined => {
    const value = valueOf(key);
    return typeof value === "string" ? value : undefined;
  };
  const pooling = valueOf(`${architecture}.pooling_type`);
  const poolingName = typeof pooling === "number" ? POOLINGS[pooling] : undefined;
  const labels = valueOf(`${architecture}.classifier.output_labels`);
  const fim = FIM_KEYS.filter((key) => valueOf(`tokenizer.ggml.${key}`) !== undefined);
  const words = [name, textOf("general.name"), textOf("general.finetune")];
  return {
    name: words.filter((word) => word !== undefined).join(" "),
    format: "gguf",
    modelType: facts.architecture,
    className: undefined,
    head: headOf(facts.architecture, poolingName),
    isServed: facts.architecture !== undefined && facts.architecture !== "clip",
    ...senses,
    labels: undefined,
    labelCount: lengthOf(labels) ?? (poolingName === "rank" ? 1 : undefined),
    pooling: poolingName,
    isSentenceTransformer: false,
    template:
      template === undefined ? null : ((await tryTemplate(template)) ?? readTemplate(template)),
    // Files that list none may leave it to the engine, which knows some by their texts.
    fimTokens: fim.length > 0 ? fim : undefined,
    hasThoughtTokens: undefined,
    taskSettings: [],
    taskPrefixes: {},
    card: undefined,
    parameterCount: facts.parameter_count,
    contextLength: facts.context_length,
    vocabularySize: facts.vocabulary_size,
  };
}

function headOf(architecture: string | undefined, pooling: string | undefined): Head | undefined {
  if (architecture === undefined) return undefined;
  if (pooling === "rank") return "sequence-classification";
  if (ENCODERS.has(architecture)) return "encoder";
  return architecture === "t5" ? "seq2seq" : "causal";
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { length } = value as { length?: unknown };
  return typeof length === "number" ? length : undefined;
}
