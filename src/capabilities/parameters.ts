import type { Evidence } from "./evidence.js";
import type { CapabilityName } from "./types.js";

// Of the engine: see "Many calls at once".
const MAX_PARALLEL = 32;

/** Numbers and names that go with a capability, as far as they are known. */
export function parametersOf(name: CapabilityName, evidence: Evidence): Record<string, unknown> {
  const all = valuesOf(name, evidence);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function valuesOf(name: CapabilityName, e: Evidence): Record<string, unknown> {
  switch (name) {
    case "text_generation":
    case "chat":
    case "text2text_generation":
    case "long_context":
    case "summarization":
    case "document_question_answering":
      return { context_length: e.contextLength };
    case "tool_use":
      return { parallel: e.template?.parallelTools };
    case "structured_output":
      return { option: "grammar" };
    case "reasoning":
      return { control: e.template?.thinkingControl };
    case "fill_in_the_middle":
      return { tokens: e.fimTokens };
    case "image_to_text":
    case "visual_question_answering":
      return { tower: e.vision?.type };
    case "audio_to_text":
    case "speech_to_text":
      return { tower: e.audio?.type };
    case "feature_extraction":
      return { pooling: e.pooling };
    case "text_classification":
    case "token_classification":
      return { labels: e.labels };
    case "multilingual":
    case "translation":
      return { languages: e.card?.languages };
    case "parallel_inference":
      return { at_once: MAX_PARALLEL };
    default:
      return {};
  }
}
