import type { Capabilities, CapabilityName } from "./types.js";

/** Special before general; those of a row compete by their confidence. */
const ORDER: readonly (readonly CapabilityName[])[] = [
  ["text_to_speech"],
  ["token_classification"],
  ["text_ranking", "text_classification"],
  ["visual_question_answering"],
  ["image_to_text"],
  ["speech_to_text", "audio_to_text"],
  ["translation", "summarization"],
  ["feature_extraction"],
  ["text2text_generation", "text_generation"],
  ["document_question_answering"],
];
const SURE = 0.8;
/** Assistants answer questions about documents; few models are made for nothing else. */
const ONLY_DOCUMENTS = 0.9;

/** What a model is for, in one word, by its capabilities; undefined when nothing is sure. */
export function mainCapability(capabilities: Capabilities): CapabilityName | undefined {
  const confidenceOf = (name: CapabilityName): number => capabilities[name]?.confidence ?? 0;
  const writes = confidenceOf("text_generation") + confidenceOf("chat") > 0;
  if (!writes && confidenceOf("document_question_answering") >= ONLY_DOCUMENTS) {
    return "document_question_answering";
  }
  for (const row of ORDER) {
    const [best] = row.toSorted((a, b) => confidenceOf(b) - confidenceOf(a));
    if (best !== undefined && confidenceOf(best) >= SURE) return best;
  }
  return undefined;
}
