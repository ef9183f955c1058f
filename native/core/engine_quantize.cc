#include "engine_quantize.h"

#include <algorithm>
#include <exception>
#include <memory>

#include "engine_private.h"
#include "ggml-cpp.h"
#include "llama-cpp.h"
#include "llama-ext.h"

namespace abstractllm {
namespace {

struct Mixture {
  const char* name;
  llama_ftype type;
};

// Those that need no importance matrix.
constexpr Mixture kMixtures[] = {
    {"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K},     {"Q3_K_S", LLAMA_FTYPE_MOSTLY_Q3_K_S},
    {"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M}, {"Q3_K_L", LLAMA_FTYPE_MOSTLY_Q3_K_L},
    {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},     {"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
    {"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S}, {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M},
    {"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},     {"Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},
    {"Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S}, {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M},
    {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K},     {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
    {"IQ4_NL", LLAMA_FTYPE_MOSTLY_IQ4_NL}, {"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS},
};

struct FreeQuantizer {
  void operator()(quantize_state_impl* state) const { llama_quant_free(state); }
};

Status UnknownMixture(const std::string& mixture) {
  std::string message = "There is no quantisation \"" + mixture + "\" for checkpoints; there are";
  std::vector<std::string> names;
  for (const Mixture& known : kMixtures) {
    message += (names.empty() ? " " : ", ") + std::string(known.name);
    names.emplace_back(known.name);
  }
  return Status::Error(Code::kUnsupportedModel, message + '.', {{"known", names}});
}

void Apply(llama_ftype type, const llama_model* model, std::vector<MixtureTensor>* tensors) {
  const llama_model_quantize_params params = llama_model_quantize_default_params();
  const std::unique_ptr<quantize_state_impl, FreeQuantizer> state(llama_quant_init(model, &params));
  const ggml_context_ptr context(
      ggml_init({ggml_tensor_overhead() * (tensors->size() + 1), nullptr, /*no_alloc=*/true}));
  std::vector<ggml_tensor*> chosen;
  std::vector<MixtureTensor*> targets;
  for (MixtureTensor& tensor : *tensors) {
    std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
    ggml_tensor* mock =
        ggml_new_tensor(context.get(), GGML_TYPE_F32, static_cast<int>(shape.size()), shape.data());
    ggml_set_name(mock, tensor.name.c_str());
    if (!llama_quant_tensor_allows_quantization(state.get(), mock)) continue;
    chosen.push_back(mock);
    targets.push_back(&tensor);
  }
  std::vector<ggml_type> types(chosen.size());
  llama_quant_compute_types(state.get(), type, chosen.data(), types.data(), chosen.size());
  for (size_t i = 0; i < types.size(); ++i) targets[i]->type = types[i];
}

}  // namespace

Status ApplyMixture(const std::string& mixture, const MixtureModel& model,
                    std::vector<MixtureTensor>* tensors) try {
  const Mixture* found = std::find_if(std::begin(kMixtures), std::end(kMixtures),
                                      [&](const Mixture& known) { return mixture == known.name; });
  if (found == std::end(kMixtures)) return UnknownMixture(mixture);
  // The engine asserts these.
  if (!DescribeArchitecture(model.architecture).loadable || model.layers == 0 ||
      model.layers > EngineMaxLayers()) {
    return Status::Error(Code::kUnsupportedModel,
                         "A model of the architecture \"" + model.architecture + "\" with " +
                             std::to_string(model.layers) + " layers cannot be quantised.");
  }
  llama_quant_model_desc description = {};
  description.architecture = model.architecture.c_str();
  description.n_layer = model.layers;
  description.n_head = model.heads;
  description.n_head_kv = model.kv_heads;
  description.n_expert = model.experts;
  const llama_model_ptr mock(llama_quant_model_from_metadata(&description));
  Apply(found->type, mock.get(), tensors);
  return Status::Ok();
} catch (const std::bad_alloc&) {
  throw;  // the loader's to report
} catch (const std::exception& error) {
  return Status::Error(Code::kModelLoading,
                       "The model cannot be quantised as " + mixture + ": " + error.what());
}

}  // namespace abstractllm
