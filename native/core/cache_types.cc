#include "cache_types.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace abstractllm {
namespace {

constexpr std::pair<const char*, ggml_type> kTypes[] = {
    {"f32", GGML_TYPE_F32},   {"f16", GGML_TYPE_F16},   {"bf16", GGML_TYPE_BF16},
    {"q8_0", GGML_TYPE_Q8_0}, {"q5_1", GGML_TYPE_Q5_1}, {"q5_0", GGML_TYPE_Q5_0},
    {"q4_1", GGML_TYPE_Q4_1}, {"q4_0", GGML_TYPE_Q4_0},
};

Status Unsupported(const char* parameter, const std::string& value, const std::string& why) {
  return Status::Error(Code::kUnsupportedFeature,
                       std::string(parameter) + " \"" + value + "\" is not possible: " + why,
                       {{"parameter", std::string(parameter)}, {"value", value}});
}

Result<ggml_type> FindType(const char* parameter, const std::string& name) {
  for (const auto& [known, type] : kTypes) {
    if (name == known) return type;
  }
  return Unsupported(parameter, name, "the engine has no such cache type.");
}

llama_flash_attn_type EngineSetting(FlashAttention flash_attention) {
  switch (flash_attention) {
    case FlashAttention::kOn:
      return LLAMA_FLASH_ATTN_TYPE_ENABLED;
    case FlashAttention::kOff:
      return LLAMA_FLASH_ATTN_TYPE_DISABLED;
    case FlashAttention::kAuto:
      return LLAMA_FLASH_ATTN_TYPE_AUTO;
  }
  return LLAMA_FLASH_ATTN_TYPE_AUTO;
}

// A number of the file's metadata; 0 if it is not there.
uint32_t Metadata(const llama_model* model, const std::string& key) {
  char text[32] = "";
  if (llama_model_meta_val_str(model, key.c_str(), text, sizeof(text)) < 0) return 0;
  return static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
}

Status CheckBlocks(const char* parameter, const std::string& name, ggml_type type, uint32_t head) {
  const auto block = static_cast<uint32_t>(ggml_blck_size(type));
  if (head % block == 0) return Status::Ok();
  return Unsupported(parameter, name,
                     "it stores blocks of " + std::to_string(block) +
                         " values, and the heads of "
                         "this model have " +
                         std::to_string(head) + ". Use \"f16\".");
}

}  // namespace

HeadSizes HeadSizesOf(const llama_model* model) {
  char architecture[64] = "";
  llama_model_meta_val_str(model, "general.architecture", architecture, sizeof(architecture));
  const std::string prefix = std::string(architecture) + ".attention.";
  const auto plain =
      static_cast<uint32_t>(llama_model_n_embd(model) / std::max(llama_model_n_head(model), 1));
  const uint32_t k = Metadata(model, prefix + "key_length");
  const uint32_t v = Metadata(model, prefix + "value_length");
  return {k == 0 ? plain : k, v == 0 ? plain : v};
}

Result<CacheTypes> ChooseCacheTypes(const LoadRequest& request, const llama_model* model,
                                    bool exact) {
  const std::string usual = exact ? "f32" : "f16";
  const auto or_usual = [&](const std::string& type) { return type.empty() ? usual : type; };
  const Result<ggml_type> k = FindType("cache_type_k", or_usual(request.cache_type_k));
  if (!k.ok()) return k.status();
  const Result<ggml_type> v = FindType("cache_type_v", or_usual(request.cache_type_v));
  if (!v.ok()) return v.status();
  if (ggml_is_quantized(v.value()) && request.flash_attention == FlashAttention::kOff) {
    return Unsupported("cache_type_v", request.cache_type_v,
                       "quantised values need flash attention. Leave use_flash_attention out.");
  }
  const HeadSizes heads = HeadSizesOf(model);
  if (Status status = CheckBlocks("cache_type_k", request.cache_type_k, k.value(), heads.k);
      !status.ok()) {
    return status;
  }
  if (Status status = CheckBlocks("cache_type_v", request.cache_type_v, v.value(), heads.v);
      !status.ok()) {
    return status;
  }
  CacheTypes types = {k.value(), v.value(), EngineSetting(request.flash_attention)};
  const bool open = request.flash_attention == FlashAttention::kAuto;
  if (exact && open && !ggml_is_quantized(v.value())) {
    types.flash_attention = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  }
  return types;
}

}  // namespace abstractllm
