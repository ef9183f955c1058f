// How weights of a type are laid out and multiplied.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ggml.h"
#include "matrix/column_panels.h"

namespace abstractllm {

struct PanelProduct;

// Groups of kGroupRows rows take as many bytes as the rows do in a file.
struct MatrixKernel {
  ggml_type type;
  bool is_packed;  // numbers of less than 8 bits
  ColumnFormat columns;
  // `stride`: bytes from row to row; `depth`: numbers of a row.
  void (*pack)(const char* rows, size_t stride, int64_t depth, char* group);
  void (*unpack)(const char* group, int64_t depth, char* rows, size_t stride);
  void (*multiply)(const PanelProduct& product);
  // Unpacks a group to ExpandedBytes, and multiplies such.
  void (*expand)(const char* group, int64_t blocks, char* to);
  void (*multiply_expanded)(const PanelProduct& product);
  // Unpacks the blocks [begin, end) of a group of `blocks` to tiles; null where they are.
  void (*expand_tiles)(const char* group, int64_t blocks, int64_t begin, int64_t end, char* tiles);
};

// Null where there is none for the type or this CPU. Thread: any.
const MatrixKernel* FindMatrixKernel(ggml_type type);

}  // namespace abstractllm
