// A group of rows of Q4_0: all blocks' numbers as a plane, then all blocks' scales, [16 rows].
#pragma once

#include "matrix/bit_planes.h"

#ifdef ABSTRACTLLM_MATRIX

namespace abstractllm {

class WeightsQ40 {
 public:
  static constexpr ColumnFormat kFormat = {ColumnBias::kOffset, 8, 1};

  WeightsQ40() = default;
  WeightsQ40(const char* group, int64_t blocks, int64_t = 0)
      : numbers_(group), scales_(group + blocks * NibblePlane::kBytes) {}

  void Enter(int64_t) {}
  __m512i Numbers(int64_t block, int four) const {
    return NibblePlane::Load(numbers_ + block * NibblePlane::kBytes, four);
  }
  __m512 Scale(int64_t block, int) const {
    return _mm512_cvtph_ps(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales_ + block * kScaleBytes)));
  }

  // Blocks in files have their bits as the plane has.
  static void Pack(const char* rows, size_t stride, int64_t depth, char* group) {
    ForEachBlock(rows, stride, depth, group, [](const char* block, char* plane, char* scale) {
      std::memcpy(scale, block, 2);
      for (int i = 0; i < 4; ++i) std::memcpy(plane + i * 64, block + 2 + i * 4, 4);
    });
  }
  static void Unpack(const char* group, int64_t depth, char* rows, size_t stride) {
    ForEachBlock(rows, stride, depth, group, [](char* block, const char* plane, const char* scale) {
      std::memcpy(block, scale, 2);
      for (int i = 0; i < 4; ++i) std::memcpy(block + 2 + i * 4, plane + i * 64, 4);
    });
  }

 private:
  static constexpr int64_t kScaleBytes = 2 * kGroupRows;
  static constexpr int64_t kStoredBytes = 2 + kBlock / 2;  // of a row's block in a file

  template <typename Rows, typename Group, typename Visit>
  static void ForEachBlock(Rows rows, size_t stride, int64_t depth, Group group, Visit visit) {
    const int64_t blocks = depth / kBlock;
    for (int64_t b = 0; b < blocks; ++b) {
      for (int row = 0; row < kGroupRows; ++row) {
        visit(rows + row * stride + b * kStoredBytes, group + b * NibblePlane::kBytes + row * 4,
              group + blocks * NibblePlane::kBytes + b * kScaleBytes + row * 2);
      }
    }
  }

  const char* numbers_ = nullptr;
  const char* scales_ = nullptr;
};

}  // namespace abstractllm
#endif
