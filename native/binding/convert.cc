#include "convert.h"

namespace abstractllm {
namespace {

[[noreturn]] void ThrowType(Napi::Env env, const char* name, const char* expected) {
  throw Napi::TypeError::New(env, std::string(name) + " must be " + expected);
}

std::string String(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsString()) ThrowType(object.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

std::string OptionalString(const Napi::Object& object, const char* name) {
  return object.Get(name).IsUndefined() ? std::string() : String(object, name);
}

double Number(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsNumber()) ThrowType(object.Env(), name, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

float Float(const Napi::Object& object, const char* name) {
  return static_cast<float>(Number(object, name));
}

int32_t Int(const Napi::Object& object, const char* name) {
  return static_cast<int32_t>(Number(object, name));
}

bool OptionalBool(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return false;
  if (!value.IsBoolean()) ThrowType(object.Env(), name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

Napi::Array Array(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsArray()) ThrowType(object.Env(), name, "an array");
  return value.As<Napi::Array>();
}

std::vector<std::string> Strings(const Napi::Object& object, const char* name) {
  const Napi::Array array = Array(object, name);
  std::vector<std::string> strings;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsString()) ThrowType(object.Env(), name, "an array of strings");
    strings.push_back(item.As<Napi::String>().Utf8Value());
  }
  return strings;
}

std::vector<std::pair<int32_t, float>> LogitBias(const Napi::Object& object, const char* name) {
  const Napi::Array array = Array(object, name);
  std::vector<std::pair<int32_t, float>> biases;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsArray()) ThrowType(object.Env(), name, "an array of pairs");
    const auto pair = item.As<Napi::Array>();
    biases.emplace_back(pair.Get(0u).ToNumber().Int32Value(), pair.Get(1u).ToNumber().FloatValue());
  }
  return biases;
}

Pooling PoolingFromJs(const Napi::Object& object, const char* name) {
  const std::string value = String(object, name);
  if (value == "model") return Pooling::kModel;
  if (value == "none") return Pooling::kNone;
  if (value == "mean") return Pooling::kMean;
  if (value == "cls") return Pooling::kCls;
  if (value == "last") return Pooling::kLast;
  ThrowType(object.Env(), name, "a pooling");
}

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
  params.dry_sequence_breakers = Strings(object, "drySequenceBreakers");
  params.xtc_probability = Float(object, "xtcProbability");
  params.xtc_threshold = Float(object, "xtcThreshold");
  params.mirostat = Int(object, "mirostat");
  params.mirostat_tau = Float(object, "mirostatTau");
  params.mirostat_eta = Float(object, "mirostatEta");
  params.logit_bias = LogitBias(object, "logitBias");
  params.seed = static_cast<uint32_t>(Number(object, "seed"));
  params.grammar = String(object, "grammar");
  return params;
}

FlashAttention FlashAttentionFromName(const std::string& name) {
  if (name == "on") return FlashAttention::kOn;
  return name == "off" ? FlashAttention::kOff : FlashAttention::kAuto;
}

Truncation TruncationFromName(const std::string& name) {
  if (name == "left") return Truncation::kLeft;
  if (name == "middle") return Truncation::kMiddle;
  return name == "rolling" ? Truncation::kRolling : Truncation::kError;
}

}  // namespace

LoadRequest LoadRequestFromJs(const Napi::Object& object) {
  LoadRequest request;
  request.path = String(object, "path");
  request.context_size = static_cast<uint32_t>(Number(object, "contextSize"));
  request.threads = Int(object, "threads");
  request.cpu_only = OptionalBool(object, "cpuOnly");
  request.cache_cells = static_cast<uint32_t>(Number(object, "cacheCells"));
  request.cache_type_k = String(object, "cacheTypeK");
  request.cache_type_v = String(object, "cacheTypeV");
  request.flash_attention = FlashAttentionFromName(String(object, "flashAttention"));
  request.draft_path = String(object, "draftPath");
  request.max_queue = static_cast<uint32_t>(Number(object, "maxQueue"));
  request.log_level = LogLevelFromName(String(object, "logLevel"));
  return request;
}

GenerateRequest GenerateRequestFromJs(const Napi::Object& object) {
  GenerateRequest request;
  request.prompt = OptionalString(object, "prompt");
  request.messages_json = OptionalString(object, "messages");
  request.parse_special = OptionalBool(object, "parseSpecial");
  request.max_tokens = Int(object, "maxTokens");
  request.stop = Strings(object, "stop");
  const Napi::Value sampling = object.Get("sampling");
  if (!sampling.IsObject()) ThrowType(object.Env(), "sampling", "an object");
  request.sampling = SamplingFromJs(sampling.As<Napi::Object>());
  request.completions = Int(object, "completions");
  request.logprobs = Int(object, "logprobs");
  request.prompt_lookup = Int(object, "promptLookup");
  request.priority = Number(object, "priority");
  request.truncation = TruncationFromName(String(object, "truncation"));
  return request;
}

ScoreRequest ScoreRequestFromJs(const Napi::Object& object) {
  ScoreRequest request;
  request.text = OptionalString(object, "text");
  const Napi::Value tokens = object.Get("tokens");
  if (!tokens.IsUndefined()) request.tokens = TokensFromJs(tokens, "tokens");
  return request;
}

EmbedRequest EmbedRequestFromJs(const Napi::Object& object) {
  return {Strings(object, "texts"), PoolingFromJs(object, "pooling"),
          OptionalBool(object, "normalize")};
}

RerankRequest RerankRequestFromJs(const Napi::Object& object) {
  return {String(object, "query"), Strings(object, "documents")};
}

ClassifyRequest ClassifyRequestFromJs(const Napi::Object& object) {
  return {Strings(object, "texts"), OptionalBool(object, "multiLabel")};
}

std::vector<int32_t> TokensFromJs(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    ThrowType(value.Env(), name, "an Int32Array");
  }
  const auto array = value.As<Napi::Int32Array>();
  return std::vector<int32_t>(array.Data(), array.Data() + array.ElementLength());
}

}  // namespace abstractllm
