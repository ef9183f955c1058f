#include "embedding/relu_head.h"

#include <algorithm>
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

}  // namespace

ReluHead::ReluHead(const llama_model* model)
    : dense_(Values(model, "cls.weight")),
      dense_bias_(Values(model, "cls.bias")),
      output_(Values(model, "cls.output.weight")),
      output_bias_(Values(model, "cls.output.bias")) {}

void ReluHead::Apply(const float* vector, float* outputs) const {
  const size_t width = dense_bias_.size();
  std::vector<float> hidden(width);
  Linear(dense_, dense_bias_, vector, width, width, hidden.data());
  for (float& value : hidden) value = std::max(value, 0.0f);
  Linear(output_, output_bias_, hidden.data(), width, output_bias_.size(), outputs);
}

}  // namespace abstractllm
