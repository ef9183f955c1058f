// One product of a weight matrix with columns of floats, by the CPU backend, in any of its
// layouts of weights.
#pragma once

#include <cstdint>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "ggml.h"

namespace abstractllm::test {

// Our layout of weights; null where this build has none for the CPU.
ggml_backend_buffer_type_t PackedLayout();

struct MatrixShape {
  ggml_type type = GGML_TYPE_Q8_0;
  int64_t depth = 256;  // numbers of a row, and of a column
  int64_t rows = 32;
  int64_t columns = 1;
};

// Thread: one at a time.
class MatrixCase {
 public:
  // `layout` has to outlive it, as all do. `rows`: as a file has them.
  MatrixCase(const MatrixShape& shape, ggml_backend_buffer_type_t layout,
             const std::vector<char>& rows);

  // Whether the layout takes this matrix; else nothing may be computed.
  bool served() const { return buffer_ != nullptr; }
  ggml_tensor* weights() const { return weights_; }
  // [column][row]. Columns lie `gap` floats apart in memory.
  std::vector<float> Compute(const std::vector<float>& columns, int threads, int gap = 0) const;

 private:
  MatrixShape shape_;
  ggml_backend_ptr backend_;
  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  ggml_tensor* weights_;
};

// Rows of normally distributed numbers, quantised.
std::vector<char> NormalRows(const MatrixShape& shape, uint32_t seed);
// Rows of random bits, with scales that are extreme, zero, or negative.
std::vector<char> ExtremeRows(const MatrixShape& shape, uint32_t seed);

// Of a product [column][row] to that in double precision: the root of the mean square of the
// differences, each divided by the sum of what the addends' sizes are. Infinite for what is no
// number.
double MatrixError(const MatrixShape& shape, const std::vector<char>& rows,
                   const std::vector<float>& columns, const std::vector<float>& product);

}  // namespace abstractllm::test
