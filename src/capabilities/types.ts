/** What a model may be able to do. */
export const CAPABILITY_NAMES = [
  "text_generation",
  "chat",
  "system_prompt",
  "tool_use",
  "structured_output",
  "reasoning",
  "fill_in_the_middle",
  "image_to_text",
  "visual_question_answering",
  "document_question_answering",
  "audio_to_text",
  "speech_to_text",
  "text_to_speech",
  "feature_extraction",
  "text_ranking",
  "text_classification",
  "token_classification",
  "translation",
  "summarization",
  "text2text_generation",
  "multilingual",
  "long_context",
  "code",
  "streaming",
  "parallel_inference",
] as const;

export type CapabilityName = (typeof CAPABILITY_NAMES)[number];

/** "yes": more likely than not; "no": the evidence is against it; "unknown": it says nothing. */
export type CapabilityVerdict = "yes" | "no" | "unknown";

/** What is known of one capability. */
export interface Capability {
  verdict: CapabilityVerdict;
  /** How likely the model can do it, from 0 to 1. 0 when nothing is known. */
  confidence: number;
  /** What that follows from, in words, the weightiest first. */
  evidence: string[];
  /** Whether this version of the package does it with this model; false if the model cannot. */
  served: boolean;
  /** Numbers and names that go with it, such as `context_length`. */
  parameters: Record<string, unknown>;
}

/** Capabilities by name. Without `all`, only those with the verdict "yes" are in it. */
export type Capabilities = Partial<Record<CapabilityName, Capability>>;
