#include "event_to_js.h"

#include <cstring>

#include "need_to_js.h"

namespace abstractllm {
namespace {

// Sizes and counts stay below 2^53 in any file that a disk can hold.
Napi::Number Number(Napi::Env env, double value) { return Napi::Number::New(env, value); }
template <typename T>
Napi::Number Count(Napi::Env env, T value) {
  return Napi::Number::New(env, static_cast<double>(value));
}

template <typename Array, typename T>
Array TypedArray(Napi::Env env, const std::vector<T>& values) {
  Array array = Array::New(env, values.size());
  if (!values.empty()) std::memcpy(array.Data(), values.data(), values.size() * sizeof(T));
  return array;
}

Napi::Array StringArray(Napi::Env env, const std::vector<std::string>& list) {
  Napi::Array array = Napi::Array::New(env, list.size());
  for (size_t i = 0; i < list.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), Napi::String::New(env, list[i]));
  }
  return array;
}

Napi::Value DetailToJs(Napi::Env env, const DetailValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Napi::String::New(env, *text);
  if (const auto* count = std::get_if<int64_t>(&value)) return Count(env, *count);
  if (const auto* number = std::get_if<double>(&value)) return Number(env, *number);
  if (const auto* flag = std::get_if<bool>(&value)) return Napi::Boolean::New(env, *flag);
  return StringArray(env, std::get<std::vector<std::string>>(value));
}

Napi::Object ChoiceToJs(Napi::Env env, const TokenChoice& choice) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("token", Count(env, choice.token));
  object.Set("text", Napi::String::New(env, choice.text));
  object.Set("logprob", Number(env, choice.logprob));
  return object;
}

Napi::Object LogprobToJs(Napi::Env env, const TokenLogprob& entry) {
  Napi::Array alternatives = Napi::Array::New(env, entry.alternatives.size());
  for (size_t i = 0; i < entry.alternatives.size(); ++i) {
    alternatives.Set(static_cast<uint32_t>(i), ChoiceToJs(env, entry.alternatives[i]));
  }
  Napi::Object object = ChoiceToJs(env, entry.chosen);
  object.Set("alternatives", alternatives);
  return object;
}

Napi::Object CompletionToJs(Napi::Env env, const Completion& completion) {
  Napi::Array logprobs = Napi::Array::New(env, completion.logprobs.size());
  for (size_t i = 0; i < completion.logprobs.size(); ++i) {
    logprobs.Set(static_cast<uint32_t>(i), LogprobToJs(env, completion.logprobs[i]));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("finishReason", completion.finish_reason);
  object.Set("stopSequence", Napi::String::New(env, completion.stop_sequence));
  object.Set("tokens", Count(env, completion.tokens));
  object.Set("seed", Count(env, completion.seed));
  object.Set("logprobs", logprobs);
  return object;
}

struct ResultToJs {
  Napi::Env env;

  Napi::Value operator()(const Nothing&) const { return env.Undefined(); }
  Napi::Value operator()(const TextResult& result) const {
    return Napi::String::New(env, result.text);
  }
  Napi::Value operator()(const TokensResult& result) const {
    return TypedArray<Napi::Int32Array>(env, result.tokens);
  }
  Napi::Value operator()(const ScoreResult& result) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("tokens", TypedArray<Napi::Int32Array>(env, result.tokens));
    object.Set("logprobs", TypedArray<Napi::Float32Array>(env, result.logprobs));
    return object;
  }
  Napi::Value operator()(const EmbedResult& result) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("dimensions", Count(env, result.dimensions));
    object.Set("rows", TypedArray<Napi::Int32Array>(env, result.rows));
    object.Set("values", TypedArray<Napi::Float32Array>(env, result.values));
    return object;
  }
  Napi::Value operator()(const RerankResult& result) const {
    return TypedArray<Napi::Float32Array>(env, result.scores);
  }
  Napi::Value operator()(const ClassifyResult& result) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("labels", StringArray(env, result.labels));
    object.Set("scores", TypedArray<Napi::Float32Array>(env, result.scores));
    return object;
  }
  Napi::Value operator()(const TokenizerInfo& info) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("vocabularySize", Count(env, info.vocabulary_size));
    return object;
  }
  Napi::Value operator()(const EncodedTexts& result) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("ids", TypedArray<Napi::Int32Array>(env, result.ids));
    object.Set("counts", TypedArray<Napi::Uint32Array>(env, result.counts));
    object.Set("places", TypedArray<Napi::Uint32Array>(env, result.places));
    return object;
  }
  Napi::Value operator()(const ModelInfo& info) const {
    Napi::Object object = Napi::Object::New(env);
    object.Set("architecture", info.architecture);
    object.Set("description", info.description);
    object.Set("parameterCount", Count(env, info.parameter_count));
    object.Set("sizeBytes", Count(env, info.size_bytes));
    object.Set("contextSize", Count(env, info.context_size));
    object.Set("trainContextSize", Count(env, info.train_context_size));
    object.Set("vocabularySize", Count(env, info.vocabulary_size));
    object.Set("threads", Count(env, info.threads));
    object.Set("cacheCells", Count(env, info.cache_cells));
    object.Set("prefixReuse", Napi::Boolean::New(env, info.prefix_reuse));
    object.Set("hasChatTemplate", Napi::Boolean::New(env, info.has_chat_template));
    object.Set("takesImages", Napi::Boolean::New(env, info.takes_images));
    object.Set("takesAudio", Napi::Boolean::New(env, info.takes_audio));
    if (!info.media_problem.empty()) object.Set("mediaProblem", info.media_problem);
    return object;
  }
  Napi::Value operator()(const MemoryNeed& need) const { return MemoryNeedToJs(env, need); }
  Napi::Value operator()(const GenerateResult& result) const {
    Napi::Object object = Napi::Object::New(env);
    Napi::Array completions = Napi::Array::New(env, result.completions.size());
    for (size_t i = 0; i < result.completions.size(); ++i) {
      completions.Set(static_cast<uint32_t>(i), CompletionToJs(env, result.completions[i]));
    }
    object.Set("completions", completions);
    object.Set("promptTokens", Count(env, result.prompt_tokens));
    object.Set("mediaTokens", Count(env, result.media_tokens));
    object.Set("cachedTokens", Count(env, result.cached_tokens));
    object.Set("truncatedTokens", Count(env, result.truncated_tokens));
    object.Set("draftedTokens", Count(env, result.drafted_tokens));
    object.Set("acceptedTokens", Count(env, result.accepted_tokens));
    object.Set("queueMs", Number(env, result.queue_ms));
    object.Set("encodeMs", Number(env, result.encode_ms));
    object.Set("prefillMs", Number(env, result.prefill_ms));
    object.Set("decodeMs", Number(env, result.decode_ms));
    object.Set("sampleMs", Number(env, result.sample_ms));
    return object;
  }
};

struct EventFields {
  Napi::Env env;
  Napi::Object object;

  void operator()(const ProgressEvent& event) {
    object.Set("type", "progress");
    object.Set("stage", event.stage);
    object.Set("done", Count(env, event.done));
    object.Set("total", Count(env, event.total));
  }
  void operator()(const TextEvent& event) {
    object.Set("type", "text");
    object.Set("text", Napi::String::New(env, event.text));
    object.Set("index", Count(env, event.index));
  }
  void operator()(const LogEvent& event) {
    object.Set("type", "log");
    object.Set("level", LogLevelName(event.level));
    object.Set("text", Napi::String::New(env, event.text));
  }
  void operator()(const DoneEvent& event) {
    object.Set("type", "done");
    object.Set("result", std::visit(ResultToJs{env}, event.result));
  }
  void operator()(const FailedEvent& event) {
    object.Set("type", "failed");
    object.Set("error", FailureToJs(env, event.status));
  }
};

struct MetadataToJs {
  Napi::Env env;

  Napi::Value operator()(std::monostate) const { return env.Undefined(); }
  Napi::Value operator()(MayBeValueless) const { return env.Undefined(); }
  Napi::Value operator()(const std::string& value) const { return Napi::String::New(env, value); }
  Napi::Value operator()(int64_t value) const { return Count(env, value); }
  Napi::Value operator()(uint64_t value) const { return Count(env, value); }
  Napi::Value operator()(double value) const { return Number(env, value); }
  Napi::Value operator()(bool value) const { return Napi::Boolean::New(env, value); }
};

Napi::Value EntryToJs(Napi::Env env, const GgufEntry& entry) {
  if (entry.type != GgufType::kArray) return std::visit(MetadataToJs{env}, entry.value);
  Napi::Object array = Napi::Object::New(env);
  array.Set("type", GgufTypeName(entry.element_type));
  array.Set("length", Count(env, entry.length));
  if (entry.elements.empty()) return array;
  Napi::Array values = Napi::Array::New(env, entry.elements.size());
  for (size_t i = 0; i < entry.elements.size(); ++i) {
    values.Set(static_cast<uint32_t>(i), std::visit(MetadataToJs{env}, entry.elements[i]));
  }
  array.Set("values", values);
  return array;
}

Napi::Object TensorToJs(Napi::Env env, const GgufTensor& tensor) {
  Napi::Object object = Napi::Object::New(env);
  Napi::Array shape = Napi::Array::New(env, tensor.shape.size());
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    shape.Set(static_cast<uint32_t>(i), Count(env, tensor.shape[i]));
  }
  object.Set("name", tensor.name);
  object.Set("type", tensor.type_name);
  object.Set("shape", shape);
  object.Set("bytes", Count(env, tensor.bytes));
  return object;
}

}  // namespace

Napi::Object EventToJs(Napi::Env env, ModelId model, const Event& event) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("model", Count(env, model));
  object.Set("job", Count(env, event.job));
  std::visit(EventFields{env, object}, event.what);
  return object;
}

Napi::Object FailureToJs(Napi::Env env, const Status& status) {
  Napi::Object details = Napi::Object::New(env);
  for (const auto& [name, value] : status.details) details.Set(name, DetailToJs(env, value));
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", CodeName(status.code));
  object.Set("message", Napi::String::New(env, status.message));
  object.Set("details", details);
  return object;
}

Napi::Object DeviceToJs(Napi::Env env, const Device& device) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", device.id);
  object.Set("name", device.name);
  object.Set("type", device.type);
  object.Set("totalBytes", Count(env, device.total_bytes));
  object.Set("freeBytes", Count(env, device.free_bytes));
  return object;
}

Napi::Array DeviceMemoryToJs(Napi::Env env, const std::vector<DeviceMemory>& devices) {
  Napi::Array array = Napi::Array::New(env, devices.size());
  for (size_t i = 0; i < devices.size(); ++i) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("id", devices[i].id);
    object.Set("weightsBytes", Count(env, devices[i].weights_bytes));
    object.Set("kvCacheBytes", Count(env, devices[i].kv_cache_bytes));
    object.Set("computeBytes", Count(env, devices[i].compute_bytes));
    array.Set(static_cast<uint32_t>(i), object);
  }
  return array;
}

Napi::Object UsageToJs(Napi::Env env, const Usage& usage) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("devices", DeviceMemoryToJs(env, usage.memory));
  object.Set("queueDepth", Count(env, usage.queue_depth));
  object.Set("active", Count(env, usage.active));
  object.Set("kvCellsUsed", Count(env, usage.cells_used));
  object.Set("kvCellsTotal", Count(env, usage.cells_total));
  object.Set("mediaCacheBytes", Count(env, usage.media_cache_bytes));
  return object;
}

Napi::Object InspectionToJs(Napi::Env env, const GgufSummary& summary) {
  Napi::Object metadata = Napi::Object::New(env);
  for (const GgufEntry& entry : summary.metadata) {
    // Defined, not set: a file may have a key named __proto__.
    metadata.DefineProperty(
        Napi::PropertyDescriptor::Value(entry.key, EntryToJs(env, entry), napi_default_jsproperty));
  }
  Napi::Array tensors = Napi::Array::New(env, summary.tensors.size());
  for (size_t i = 0; i < summary.tensors.size(); ++i) {
    tensors.Set(static_cast<uint32_t>(i), TensorToJs(env, summary.tensors[i]));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", summary.path);
  object.Set("sizeBytes", Count(env, summary.size_bytes));
  object.Set("architecture", summary.architecture);
  object.Set("metadata", metadata);
  object.Set("tensors", tensors);
  object.Set("chatTemplate", summary.chat_template);
  return object;
}

}  // namespace abstractllm
