#include "convert.h"

#include "convert_media.h"
#include "convert_placement.h"
#include "convert_plan.h"
#include "js_fields.h"

namespace abstractllm {
namespace {

float Float(const Napi::Object& object, const char* name) {
  return static_cast<float>(NumberField(object, name));
}

int32_t Int(const Napi::Object& object, const char* name) {
  return static_cast<int32_t>(NumberField(object, name));
}

std::vector<std::pair<int32_t, float>> LogitBias(const Napi::Object& object, const char* name) {
  const Napi::Array array = ArrayField(object, name);
  std::vector<std::pair<int32_t, float>> biases;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsArray()) ThrowType(object.Env(), name, "an array of pairs");
    const auto pair = item.As<Napi::Array>();
    biases.emplace_back(pair.Get(0u).ToNumber().Int32Value(), pair.Get(1u).ToNumber().FloatValue());
  }
  return biases;
}

constexpr Named<Pooling> kPoolings[] = {{"model", Pooling::kModel},
                                        {"none", Pooling::kNone},
                                        {"mean", Pooling::kMean},
                                        {"cls", Pooling::kCls},
                                        {"last", Pooling::kLast}};

constexpr Named<FlashAttention> kFlashAttentions[] = {
    {"auto", FlashAttention::kAuto}, {"on", FlashAttention::kOn}, {"off", FlashAttention::kOff}};

constexpr Named<Truncation> kTruncations[] = {{"error", Truncation::kError},
                                              {"left", Truncation::kLeft},
                                              {"middle", Truncation::kMiddle},
                                              {"rolling", Truncation::kRolling}};

constexpr Named<MediaKind> kMediaKinds[] = {{"image", MediaKind::kImage},
                                            {"audio", MediaKind::kAudio}};

SamplingParams SamplingFromJs(const Napi::Object& object) {
  SamplingParams params;
  params.temperature = Float(object, "temperature");
  params.top_k = Int(object, "topK");
  params.top_p = Float(object, "topP");
  params.min_p = Float(object, "minP");
  params.typical_p = Float(object, "typicalP");
  params.repeat_penalty = Float(object, "repeatPenalty");
  params.frequency_penalty = Float(object, "frequencyPenalty");
  params.presence_penalty = Float(object, "presencePenalty");
  params.penalty_last_n = Int(object, "penaltyLastN");
  params.dry_multiplier = Float(object, "dryMultiplier");
  params.dry_base = Float(object, "dryBase");
  params.dry_allowed_length = Int(object, "dryAllowedLength");
  params.dry_penalty_last_n = Int(object, "dryPenaltyLastN");
  params.dry_sequence_breakers = StringsField(object, "drySequenceBreakers");
  params.xtc_probability = Float(object, "xtcProbability");
  params.xtc_threshold = Float(object, "xtcThreshold");
  params.mirostat = Int(object, "mirostat");
  params.mirostat_tau = Float(object, "mirostatTau");
  params.mirostat_eta = Float(object, "mirostatEta");
  params.logit_bias = LogitBias(object, "logitBias");
  params.seed = static_cast<uint32_t>(NumberField(object, "seed"));
  params.grammar = StringField(object, "grammar");
  return params;
}

std::vector<uint8_t> BytesField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    ThrowType(object.Env(), name, "a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

MediaInput MediaFromJs(const Napi::Object& object) {
  MediaInput input;
  input.kind = NamedField(object, "kind", kMediaKinds);
  if (input.kind == MediaKind::kAudio) input.max_seconds = NumberField(object, "maxSeconds");
  if (object.Get("rgb").IsUndefined()) {
    input.bytes = BytesField(object, "bytes");
    return input;
  }
  input.bytes = BytesField(object, "rgb");
  input.width = Int(object, "width");
  input.height = Int(object, "height");
  return input;
}

std::vector<MediaInput> MediaListFromJs(const Napi::Object& object, const char* name) {
  const Napi::Array array = ArrayField(object, name);
  std::vector<MediaInput> list;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsObject()) ThrowType(object.Env(), name, "an array of objects");
    list.push_back(MediaFromJs(item.As<Napi::Object>()));
  }
  return list;
}

}  // namespace

LoadRequest LoadRequestFromJs(const Napi::Object& object) {
  LoadRequest request;
  request.path = StringField(object, "path");
  request.context_size = static_cast<uint32_t>(NumberField(object, "contextSize"));
  request.threads = Int(object, "threads");
  request.cpu_only = OptionalBoolField(object, "cpuOnly");
  request.placement = PlacementFromJs(object.Get("placement"));
  request.reads_weights = OptionalBoolField(object, "readsWeights");
  if (!object.Get("plan").IsUndefined()) {
    request.plan = CheckpointPlanFromJs(ObjectField(object, "plan"));
  }
  request.media = MediaLoaderFromJs(object, request.cpu_only);
  request.media_optional = OptionalBoolField(object, "mediaOptional");
  request.cache_cells = static_cast<uint32_t>(NumberField(object, "cacheCells"));
  request.cache_type_k = StringField(object, "cacheTypeK");
  request.cache_type_v = StringField(object, "cacheTypeV");
  request.flash_attention = NamedField(object, "flashAttention", kFlashAttentions);
  request.draft_path = StringField(object, "draftPath");
  request.max_queue = static_cast<uint32_t>(NumberField(object, "maxQueue"));
  request.log_level = LogLevelFromName(StringField(object, "logLevel"));
  return request;
}

GenerateRequest GenerateRequestFromJs(const Napi::Object& object) {
  GenerateRequest request;
  request.prompt = OptionalStringField(object, "prompt");
  request.messages_json = OptionalStringField(object, "messages");
  request.media = MediaListFromJs(object, "media");
  request.parse_special = OptionalBoolField(object, "parseSpecial");
  request.max_tokens = Int(object, "maxTokens");
  request.stop = StringsField(object, "stop");
  request.sampling = SamplingFromJs(ObjectField(object, "sampling"));
  request.completions = Int(object, "completions");
  request.logprobs = Int(object, "logprobs");
  request.prompt_lookup = Int(object, "promptLookup");
  request.priority = NumberField(object, "priority");
  request.truncation = NamedField(object, "truncation", kTruncations);
  return request;
}

ScoreRequest ScoreRequestFromJs(const Napi::Object& object) {
  ScoreRequest request;
  request.text = OptionalStringField(object, "text");
  const Napi::Value tokens = object.Get("tokens");
  if (!tokens.IsUndefined()) request.tokens = TokensFromJs(tokens, "tokens");
  return request;
}

EmbedRequest EmbedRequestFromJs(const Napi::Object& object) {
  return {StringsField(object, "texts"), NamedField(object, "pooling", kPoolings),
          OptionalBoolField(object, "normalize")};
}

RerankRequest RerankRequestFromJs(const Napi::Object& object) {
  return {StringField(object, "query"), StringsField(object, "documents")};
}

ClassifyRequest ClassifyRequestFromJs(const Napi::Object& object) {
  ClassifyRequest request{StringsField(object, "texts"), LabelScores::kShares, std::nullopt};
  const std::string scores = StringField(object, "scores");
  if (scores == "each") request.scores = LabelScores::kEach;
  if (scores == "raw") request.scores = LabelScores::kRaw;
  if (!object.Get("first").IsUndefined()) request.first = StringField(object, "first");
  return request;
}

std::vector<int32_t> TokensFromJs(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    ThrowType(value.Env(), name, "an Int32Array");
  }
  const auto array = value.As<Napi::Int32Array>();
  return std::vector<int32_t>(array.Data(), array.Data() + array.ElementLength());
}

}  // namespace abstractllm
