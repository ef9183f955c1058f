// A group of rows of Q8_0. All blocks' numbers, each block's as [8][16 rows][4], 128 added;
// then all blocks' scales, [16 rows].
#pragma once

#include "matrix/column_panels.h"

#ifdef ABSTRACTLLM_MATRIX
#include <cstring>

namespace abstractllm {

class WeightsQ80 {
 public:
  static constexpr ColumnFormat kFormat = {ColumnBias::kOffset, 128, 1};

  WeightsQ80() = default;
  WeightsQ80(const char* group, int64_t blocks, int64_t = 0)
      : numbers_(group), scales_(group + blocks * kNumberBytes) {}

  void Enter(int64_t) {}
  __m512i Numbers(int64_t block, int four) const {
    return _mm512_loadu_si512(numbers_ + block * kNumberBytes + four * 64);
  }
  __m512 Scale(int64_t block, int) const {
    return _mm512_cvtph_ps(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales_ + block * kScaleBytes)));
  }

  static void Pack(const char* rows, size_t stride, int64_t depth, char* group) {
    ForEachBlock(rows, stride, depth, group, [](const char* block, char* numbers, char* scale) {
      std::memcpy(scale, block, 2);
      for (int four = 0; four < kBlock / 4; ++four) {
        Flip(block + 2 + four * 4, numbers + four * 64);
      }
    });
  }
  static void Unpack(const char* group, int64_t depth, char* rows, size_t stride) {
    ForEachBlock(rows, stride, depth, group,
                 [](char* block, const char* numbers, const char* scale) {
                   std::memcpy(block, scale, 2);
                   for (int four = 0; four < kBlock / 4; ++four) {
                     Flip(numbers + four * 64, block + 2 + four * 4);
                   }
                 });
  }

 private:
  static constexpr int64_t kNumberBytes = kBlock * kGroupRows;
  static constexpr int64_t kScaleBytes = 2 * kGroupRows;
  static constexpr int64_t kStoredBytes = 2 + kBlock;  // of a row's block in a file

  // Adds or subtracts 128.
  static void Flip(const char* from, char* to) {
    uint32_t four;
    std::memcpy(&four, from, sizeof(four));
    four ^= 0x80808080;
    std::memcpy(to, &four, sizeof(four));
  }

  template <typename Rows, typename Group, typename Visit>
  static void ForEachBlock(Rows rows, size_t stride, int64_t depth, Group group, Visit visit) {
    const int64_t blocks = depth / kBlock;
    for (int64_t b = 0; b < blocks; ++b) {
      for (int row = 0; row < kGroupRows; ++row) {
        visit(rows + row * stride + b * kStoredBytes, group + b * kNumberBytes + row * 4,
              group + blocks * kNumberBytes + b * kScaleBytes + row * 2);
      }
    }
  }

  const char* numbers_ = nullptr;
  const char* scales_ = nullptr;
};

}  // namespace abstractllm
#endif
