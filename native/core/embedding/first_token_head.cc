#include "embedding/first_token_head.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine_private.h"
#include "ggml-backend.h"

namespace abstractllm {
namespace {

// A weight as float32; empty if the model has none of that name.
std::vector<float> Values(const llama_model* model, const char* name) {
  const ggml_tensor* tensor = EngineTensor(model, name);
  if (tensor == nullptr) return {};
  std::vector<float> values(static_cast<size_t>(ggml_nelements(tensor)));
  if (tensor->type == GGML_TYPE_F32) {
    ggml_backend_tensor_get(tensor, values.data(), 0, ggml_nbytes(tensor));
    return values;
  }
  std::vector<char> bytes(ggml_nbytes(tensor));
  ggml_backend_tensor_get(tensor, bytes.data(), 0, bytes.size());
  ggml_get_type_traits(tensor->type)
      ->to_float(bytes.data(), values.data(), static_cast<int64_t>(values.size()));
  return values;
}

void Linear(const std::vector<float>& weights, const std::vector<float>& bias, const float* from,
            size_t width, size_t rows, float* to) {
  for (size_t row = 0; row < rows; ++row) {
    const float* weight = weights.data() + row * width;
    to[row] = std::inner_product(weight, weight + width, from, bias.empty() ? 0.0f : bias[row]);
  }
}

float Activate(FirstTokenHeadSpec::Activation activation, float value) {
  if (activation == FirstTokenHeadSpec::Activation::kRelu) return std::max(value, 0.0f);
  constexpr float kInverseRootOfTwo = 0.70710678f;
  return 0.5f * value * (1.0f + std::erf(value * kInverseRootOfTwo));
}

void LayerNorm(const std::vector<float>& weights, float epsilon, std::vector<float>* values) {
  const auto size = static_cast<double>(values->size());
  const double mean = std::accumulate(values->begin(), values->end(), 0.0) / size;
  double variance = 0;
  for (const float value : *values) variance += (value - mean) * (value - mean);
  const double scale = 1.0 / std::sqrt(variance / size + epsilon);
  for (size_t i = 0; i < values->size(); ++i) {
    (*values)[i] = static_cast<float>(((*values)[i] - mean) * scale) * weights[i];
  }
}

}  // namespace

FirstTokenHead::FirstTokenHead(const llama_model* model, const FirstTokenHeadSpec& spec)
    : spec_(spec),
      width_(static_cast<size_t>(llama_model_n_embd(model))),
      dense_(Values(model, "cls.weight")),
      dense_bias_(Values(model, "cls.bias")),
      norm_(Values(model, "cls.norm.weight")),
      output_(Values(model, "cls.output.weight")),
      output_bias_(Values(model, "cls.output.bias")) {}

void FirstTokenHead::Apply(const float* vector, float* outputs) const {
  std::vector<float> hidden(width_);
  Linear(dense_, dense_bias_, vector, width_, width_, hidden.data());
  for (float& value : hidden) value = Activate(spec_.activation, value);
  if (!norm_.empty()) LayerNorm(norm_, spec_.norm_epsilon, &hidden);
  Linear(output_, output_bias_, hidden.data(), width_, output_bias_.size(), outputs);
}

}  // namespace abstractllm
