#include "convert_placement.h"

#include "js_fields.h"

namespace abstractllm {

Placement PlacementFromJs(const Napi::Value& value) {
  Placement placement;
  if (value.IsUndefined()) return placement;
  if (!value.IsObject()) ThrowType(value.Env(), "placement", "an object");
  const auto object = value.As<Napi::Object>();
  placement.devices = StringsField(object, "devices");
  const Napi::Array layers = ArrayField(object, "layers");
  for (uint32_t i = 0; i < layers.Length(); ++i) {
    placement.layers.push_back(layers.Get(i).ToNumber().Uint32Value());
  }
  placement.on_cpu = StringsField(object, "onCpu");
  return placement;
}

std::vector<NeedVariant> NeedVariantsFromJs(const Napi::Value& value) {
  if (!value.IsArray()) ThrowType(value.Env(), "variants", "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<NeedVariant> variants;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsObject()) ThrowType(value.Env(), "variants", "an array of objects");
    const auto object = item.As<Napi::Object>();
    NeedVariant variant;
    variant.context_size = static_cast<uint32_t>(NumberField(object, "contextSize"));
    variant.cache_cells = static_cast<uint32_t>(NumberField(object, "cacheCells"));
    variant.cache_type_k = StringField(object, "cacheTypeK");
    variant.cache_type_v = StringField(object, "cacheTypeV");
    variants.push_back(std::move(variant));
  }
  return variants;
}

}  // namespace abstractllm
