#include "engine_private.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <memory>
#include <new>
#include <unordered_map>

#include "llama-arch.h"
#include "llama-hparams.h"
#include "llama-model.h"
#include "llama.h"

namespace abstractllm {
namespace {

std::unique_ptr<llama_model> CreateModel(llm_arch architecture) {
  // The clip architecture exists for quantising only: loading one asserts.
  if (architecture == LLM_ARCH_UNKNOWN || architecture == LLM_ARCH_CLIP) return nullptr;
  try {
    std::unique_ptr<llama_model> model(
        llama_model_create(architecture, llama_model_default_params()));
    model->hparams = {};
    return model;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return nullptr;  // a name without an implementation
  }
}

// "blk.12.attn_q" -> "blk.#.attn_q"
std::string WithoutNumbers(const std::string& name) {
  std::string pattern;
  size_t start = 0;
  while (start <= name.size()) {
    const size_t end = std::min(name.find('.', start), name.size());
    const bool number = end > start && std::all_of(name.begin() + static_cast<ptrdiff_t>(start),
                                                   name.begin() + static_cast<ptrdiff_t>(end),
                                                   [](unsigned char c) { return std::isdigit(c); });
    if (start > 0) pattern += '.';
    pattern += number ? "#" : name.substr(start, end - start);
    start = end + 1;
  }
  return pattern;
}

TensorUse UseOf(ggml_op op) {
  switch (op) {
    case GGML_OP_NONE:
    case GGML_OP_IM2COL:  // float16 for one caller, float32 for another
      return TensorUse::kUnknown;
    case GGML_OP_GET_ROWS:
      return TensorUse::kRows;
    case GGML_OP_MUL_MAT:
    case GGML_OP_MUL_MAT_ID:
      return TensorUse::kMatrix;
    default:
      return TensorUse::kElements;
  }
}

std::unordered_map<std::string, TensorUse> TensorUses() {
  std::unordered_map<std::string, TensorUse> uses;
  const LLM_TN names(LLM_ARCH_LLAMA);
  for (int i = 0; i <= LLM_TENSOR_DFLASH_SELECTOR_HIDDEN; ++i) {
    const auto tensor = static_cast<llm_tensor>(i);
    try {
      // Before its name: a tensor without this has no name either, and asking asserts.
      const ggml_op op = llm_tensor_info_for(tensor).op;
      uses.emplace(WithoutNumbers(names(tensor, 0, 0).str()), UseOf(op));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      continue;
    }
  }
  // Its first row is added as it is.
  uses["token_types"] = TensorUse::kElements;
  // Integers that other operations read.
  uses["d2t"] = TensorUse::kUnknown;
  uses["blk.#.ffn_gate_tid2eid"] = TensorUse::kUnknown;
  return uses;
}

}  // namespace

EngineArchitecture DescribeArchitecture(const std::string& name) {
  EngineArchitecture result;
  const llm_arch architecture = llm_arch_from_string(name);
  const std::unique_ptr<llama_model> model = CreateModel(architecture);
  if (model == nullptr) return result;
  result.loadable = true;
  result.recurrent = llm_arch_is_recurrent(architecture) || llm_arch_is_hybrid(architecture);
  const llama_rope_type rope = llama_model_rope_type(model.get());
  result.rope = rope != LLAMA_ROPE_TYPE_NONE;
  result.multi_rope = rope == LLAMA_ROPE_TYPE_MROPE || rope == LLAMA_ROPE_TYPE_IMROPE;
  return result;
}

const std::vector<std::string>& LoadableArchitectures() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const llm_arch architecture : llm_arch_all()) {
      if (CreateModel(architecture) != nullptr) result.push_back(llm_arch_name(architecture));
    }
    std::sort(result.begin(), result.end());
    return result;
  }();
  return names;
}

TensorUse DescribeTensor(const std::string& name) {
  static const std::unordered_map<std::string, TensorUse> uses = TensorUses();
  const std::string pattern = WithoutNumbers(name);
  auto found = uses.find(pattern);
  if (found != uses.end()) return found->second;
  const size_t dot = pattern.rfind('.');
  if (dot == std::string::npos) return TensorUse::kUnknown;
  found = uses.find(pattern.substr(0, dot));
  if (found == uses.end()) return TensorUse::kUnknown;
  const std::string suffix = pattern.substr(dot + 1);
  if (suffix == "bias" || suffix == "scale" || suffix == "input_scale") return TensorUse::kElements;
  return found->second;
}

const ggml_tensor* EngineTensor(const llama_model* model, const std::string& name) {
  return model->get_tensor(name.c_str());
}

bool EngineWindowsAgree(const llama_model* model) {
  // Without a KV cache, or with one of another kind, there is no such assertion.
  if (llama_model_is_recurrent(model) || llama_model_is_hybrid(model)) return true;
  if (!llama_model_has_decoder(model)) return true;
  const llama_hparams& hparams = model->hparams;
  return (hparams.swa_type != LLAMA_SWA_TYPE_NONE) == hparams.is_swa_any();
}

uint32_t EngineMaxLayers() { return LLAMA_MAX_LAYERS; }

uint32_t EngineMaxExperts() { return LLAMA_MAX_EXPERTS; }

uint32_t EngineMaxGatingFunction() { return LLAMA_EXPERT_GATING_FUNC_TYPE_SQRT_SOFTPLUS; }

}  // namespace abstractllm
