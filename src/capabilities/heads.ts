import type { Head } from "./evidence.js";

/** Classes of config.json whose endings do not say it. */
const CLASSES: Readonly<Record<string, Head>> = {
  GPT2LMHeadModel: "causal",
  OpenAIGPTLMHeadModel: "causal",
  TransfoXLLMHeadModel: "causal",
  XLNetLMHeadModel: "causal",
  LlavaLlamaForCausalLM: "image-text",
  MolmoForCausalLM: "image-text",
  MiniCPMV: "image-text",
  Phi3VForCausalLM: "image-text",
  InternVLChatModel: "image-text",
  DeepseekVLV2ForCausalLM: "image-text",
  Florence2ForConditionalGeneration: "image-text",
  BlipForConditionalGeneration: "image-captioning",
  Blip2ForConditionalGeneration: "image-captioning",
  GitForCausalLM: "image-captioning",
  Pix2StructForConditionalGeneration: "image-captioning",
  BlipForQuestionAnswering: "visual-question-answering",
  ViltForQuestionAnswering: "visual-question-answering",
  LayoutLMForQuestionAnswering: "document-question-answering",
  LayoutLMv2ForQuestionAnswering: "document-question-answering",
  LayoutLMv3ForQuestionAnswering: "document-question-answering",
  WhisperForConditionalGeneration: "speech-to-text",
  Speech2TextForConditionalGeneration: "speech-to-text",
  SpeechT5ForSpeechToText: "speech-to-text",
  MoonshineForConditionalGeneration: "speech-to-text",
  Qwen2AudioForConditionalGeneration: "audio-text",
  VoxtralForConditionalGeneration: "audio-text",
  UltravoxModel: "audio-text",
  SpeechT5ForTextToSpeech: "text-to-speech",
  VitsModel: "text-to-speech",
  BarkModel: "text-to-speech",
  ParlerTTSForConditionalGeneration: "text-to-speech",
  CsmForConditionalGeneration: "text-to-speech",
  DiaForConditionalGeneration: "text-to-speech",
  FastSpeech2ConformerModel: "text-to-speech",
  T5WithLMHeadModel: "seq2seq",
  MarianMTModel: "seq2seq",
  T5EncoderModel: "encoder",
};

/** Types whose models write one text from another. */
const SEQ2SEQ_TYPES = new Set(
  (
    "t5 mt5 umt5 longt5 bart mbart marian m2m_100 pegasus pegasus_x led blenderbot " +
    "blenderbot-small nllb-moe prophetnet switch_transformers bigbird_pegasus plbart t5gemma"
  ).split(" "),
);

/** Types of plain models, without a head, that embed texts. */
const ENCODER_TYPES = new Set(
  (
    "bert roberta xlm-roberta camembert distilbert albert mpnet electra deberta deberta-v2 " +
    "modernbert nomic_bert nomic-bert new gte xlm luke ernie roformer funnel squeezebert " +
    "mobilebert big_bird longformer ibert convbert rembert neobert eurobert jina-bert-v2 " +
    "jina-bert-v3 t5encoder gemma-embedding"
  ).split(" "),
);

interface Parts {
  readonly hasVision: boolean;
  readonly hasAudio: boolean;
}

/**
 * What a class of transformers computes, by its name, its model_type and the parts that its
 * configuration has; undefined when neither says it.
 */
export function headOf(
  className: string | undefined,
  modelType: string | undefined,
  { hasVision, hasAudio }: Parts,
): Head | undefined {
  if (className !== undefined) {
    const known = Object.hasOwn(CLASSES, className) ? CLASSES[className] : undefined;
    if (known !== undefined) return known;
    if (className.endsWith("ForSequenceClassification")) return "sequence-classification";
    if (className.endsWith("ForTokenClassification")) return "token-classification";
    if (className.endsWith("ForQuestionAnswering")) return "question-answering";
    if (className.endsWith("ForMaskedLM") || className.endsWith("ForPreTraining")) return "masked";
    if (className.endsWith("ForCTC")) return "speech-to-text";
    if (/ForImageClassification|ForObjectDetection|ForImageSegmentation/.test(className)) {
      return "other";
    }
  }
  if (modelType === "vision-encoder-decoder") return "image-captioning";
  if (modelType === "speech-encoder-decoder") return "speech-to-text";
  if (/ForImageTextToText$|ForConditionalGeneration$|ForCausalLM$/.test(className ?? "")) {
    if (hasVision) return "image-text";
    if (hasAudio) return "audio-text";
  }
  if (modelType !== undefined && SEQ2SEQ_TYPES.has(modelType)) return "seq2seq";
  if (className?.endsWith("ForCausalLM") === true) return "causal";
  if (className?.endsWith("LMHeadModel") === true) return "causal";
  if (modelType !== undefined && ENCODER_TYPES.has(modelType)) return "encoder";
  return undefined;
}
