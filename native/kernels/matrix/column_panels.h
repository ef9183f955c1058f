// The columns of a matrix product, rounded to 8 bits with a scale per block of 32 numbers,
// and laid out as the kernels read them: panels of up to kTileColumns columns, of each block
//   float scale[columns]
//   Bias bias[parts][columns]   of each part of the block
//   int8_t numbers[columns][32]
#pragma once

#include <cstddef>
#include <cstdint>

#include "matrix/vectors.h"

namespace abstractllm {

constexpr int kBlock = 32;

// What a kernel wants to know of the sum of a part's numbers.
enum class ColumnBias : uint8_t {
  kOffset,  // int32_t: the sum times -offset; weights are stored without sign, `offset` too large
  kSum,     // float: the sum times the scale; of weights with a minimum
};

struct ColumnFormat {
  ColumnBias bias;
  int offset;
  int parts;  // of a block, 1 or 2: each with its own scale of weights

  constexpr size_t header_bytes() const { return sizeof(float) * (1 + parts); }
  constexpr size_t block_bytes() const { return header_bytes() + kBlock; }
};

class ColumnPanels {
 public:
  ColumnPanels(const ColumnFormat& format, int64_t depth, int64_t columns);

  size_t bytes() const { return columns_ * column_bytes_; }
  int64_t count() const { return count_; }
  int64_t blocks() const { return blocks_; }  // of a column
  int64_t first(int64_t panel) const { return panel * columns_ / count_; }
  int width(int64_t panel) const { return static_cast<int>(first(panel + 1) - first(panel)); }
  // A panel's block in `memory`, of bytes().
  const char* at(const void* memory, int64_t panel, int64_t block) const {
    return static_cast<const char*>(memory) + first(panel) * column_bytes_ +
           block * width(panel) * format_.block_bytes();
  }

  // Writes the blocks [begin, end) of a column of floats to their places.
  void Write(void* memory, int64_t column, const float* numbers, int64_t begin, int64_t end) const;

 private:
  ColumnFormat format_;
  int64_t blocks_;
  int64_t columns_;
  int64_t count_;
  size_t column_bytes_;
};

}  // namespace abstractllm
