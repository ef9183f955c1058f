#include "need_to_js.h"

#include "event_to_js.h"

namespace abstractllm {
namespace {

Napi::Number Count(Napi::Env env, uint64_t value) {
  return Napi::Number::New(env, static_cast<double>(value));
}

Napi::Object VariantToJs(Napi::Env env, const VariantNeed& variant) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("contextSize", Count(env, variant.context_size));
  object.Set("cacheCells", Count(env, variant.cache_cells));
  object.Set("devices", DeviceMemoryToJs(env, variant.devices));
  if (!variant.status.ok()) object.Set("error", FailureToJs(env, variant.status));
  return object;
}

}  // namespace

Napi::Object MemoryNeedToJs(Napi::Env env, const MemoryNeed& need) {
  Napi::Array variants = Napi::Array::New(env, need.variants.size());
  for (size_t i = 0; i < need.variants.size(); ++i) {
    variants.Set(static_cast<uint32_t>(i), VariantToJs(env, need.variants[i]));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("variants", variants);
  object.Set("media", DeviceMemoryToJs(env, need.media));
  object.Set("otherBytes", Count(env, need.other_bytes));
  object.Set("layerCount", Count(env, static_cast<uint64_t>(need.layer_count)));
  object.Set("readsWeights", Napi::Boolean::New(env, need.reads_weights));
  return object;
}

}  // namespace abstractllm
