// The columns of an operation's tensors, counted over all dimensions.
#pragma once

#include "ggml.h"

namespace abstractllm {

inline int64_t ColumnCount(const ggml_tensor* tensor) {
  return tensor->ne[1] * tensor->ne[2] * tensor->ne[3];
}

template <typename T>
T* ColumnAt(const ggml_tensor* tensor, int64_t column) {
  const int64_t i1 = column % tensor->ne[1];
  const int64_t i2 = column / tensor->ne[1] % tensor->ne[2];
  const int64_t i3 = column / tensor->ne[1] / tensor->ne[2];
  return reinterpret_cast<T*>(static_cast<char*>(tensor->data) + i1 * tensor->nb[1] +
                              i2 * tensor->nb[2] + i3 * tensor->nb[3]);
}

}  // namespace abstractllm
