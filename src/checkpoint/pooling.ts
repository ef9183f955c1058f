import { isPlainObject } from "../internal/is-plain-object.js";
import type { Facts, Family } from "./family.js";
import { labelNames } from "./labels.js";
import type { Metadata } from "./metadata.js";
import type { CheckpointFolder } from "./read-folder.js";

// llama_pooling_type.
const MEAN = 1;
const CLS = 2;
const LAST = 3;
const RANK = 4;

/** How the vectors of a text's tokens become one, or become scores. */
export function poolingMetadata(
  family: Family,
  { className, config, sizes }: Facts,
  { pooling, tokenizer }: CheckpointFolder,
): Metadata[] {
  if (className.endsWith("ForSequenceClassification")) {
    return [
      ["pooling_type", "u32", RANK],
      ["classifier.output_labels", "string[]", labelNames(config)],
      ...((sizes["types"] ?? 1) > 1
        ? [["pair_token_types", "bool", givesTokenTypes(tokenizer)] as const]
        : []),
    ];
  }
  const type = poolingType(pooling);
  if (type !== undefined) return [["pooling_type", "u32", type]];
  // What sentence-transformers does with a model that does not say.
  return family.isEncoder === true ? [["pooling_type", "u32", MEAN]] : [];
}

/** Whether the tokenizer tells the model which of two texts a token belongs to. */
function givesTokenTypes(tokenizer: CheckpointFolder["tokenizer"]): boolean {
  const inputs = tokenizer?.["model_input_names"];
  if (Array.isArray(inputs)) return inputs.includes("token_type_ids");
  // The class for tokenizers without a class of their own, which does not by itself.
  return tokenizer?.["tokenizer_class"] !== "TokenizersBackend";
}

/** What 1_Pooling/config.json of sentence-transformers says. */
function poolingType(pooling: Readonly<Record<string, unknown>> | undefined): number | undefined {
  if (!isPlainObject(pooling)) return undefined;
  if (pooling["pooling_mode_mean_tokens"] === true) return MEAN;
  if (pooling["pooling_mode_cls_token"] === true) return CLS;
  if (pooling["pooling_mode_lasttoken"] === true) return LAST;
  const mode = pooling["pooling_mode"];
  if (mode === "mean") return MEAN;
  if (mode === "cls") return CLS;
  return mode === "lasttoken" ? LAST : undefined;
}
