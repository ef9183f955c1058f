#include "embedding/pooling.h"

#include <algorithm>
#include <cmath>

namespace abstractllm {

void PoolToken(Pooling pooling, size_t index, size_t total, const float* vector, int32_t width,
               float* values) {
  const auto size = static_cast<size_t>(width);
  switch (pooling) {
    case Pooling::kNone:
      std::copy_n(vector, size, values + index * size);
      return;
    case Pooling::kCls:
      if (index == 0) std::copy_n(vector, size, values);
      return;
    case Pooling::kLast:
      if (index + 1 == total) std::copy_n(vector, size, values);
      return;
    case Pooling::kModel:
    case Pooling::kMean:
      break;
  }
  const float share = 1.0f / static_cast<float>(total);
  for (size_t i = 0; i < size; ++i) values[i] += vector[i] * share;
}

void Normalize(float* vector, int32_t width) {
  double sum = 0.0;
  for (int32_t i = 0; i < width; ++i) sum += static_cast<double>(vector[i]) * vector[i];
  if (!(sum > 0.0)) return;
  const auto scale = static_cast<float>(1.0 / std::sqrt(sum));
  for (int32_t i = 0; i < width; ++i) vector[i] *= scale;
}

void Sigmoid(float* values, int32_t count) {
  for (int32_t i = 0; i < count; ++i) values[i] = 1.0f / (1.0f + std::exp(-values[i]));
}

void Softmax(float* values, int32_t count) {
  const float largest = *std::max_element(values, values + count);
  float sum = 0.0f;
  for (int32_t i = 0; i < count; ++i) {
    values[i] = std::exp(values[i] - largest);
    sum += values[i];
  }
  for (int32_t i = 0; i < count; ++i) values[i] /= sum;
}

}  // namespace abstractllm
