// A group of rows unpacked: for many columns, which unpacking them again for each panel would
// slow down. All blocks' numbers, each block's as bytes [8][16 rows][4]; then of each block
// float scales [parts][16 rows] and, with ColumnBias::kSum, minima [16 rows].
#pragma once

#include "matrix/column_panels.h"

#ifdef ABSTRACTLLM_MATRIX

namespace abstractllm {

constexpr int kExpandedBlockBytes = kBlock * kGroupRows;

constexpr int ExpandedFactors(const ColumnFormat& format) {
  return format.parts + (format.bias == ColumnBias::kSum ? 1 : 0);
}

constexpr size_t ExpandedBytes(const ColumnFormat& format, int64_t blocks) {
  return blocks * (kExpandedBlockBytes + ExpandedFactors(format) * sizeof(__m512));
}

// As MultiplyTile wants it.
template <typename Source>
class ExpandedWeights {
 public:
  static constexpr ColumnFormat kFormat = Source::kFormat;

  ExpandedWeights() = default;
  ExpandedWeights(const char* group, int64_t blocks)
      : numbers_(group), factors_(group + blocks * kExpandedBlockBytes) {}

  void Enter(int64_t) {}
  __m512i Numbers(int64_t block, int four) const {
    return _mm512_load_si512(numbers_ + block * kExpandedBlockBytes + four * 64);
  }
  __m512 Scale(int64_t block, int part) const { return Factor(block, part); }
  __m512 Minimum(int64_t block) const { return Factor(block, kFormat.parts); }

 private:
  __m512 Factor(int64_t block, int i) const {
    return _mm512_load_ps(factors_ + (block * ExpandedFactors(kFormat) + i) * sizeof(__m512));
  }

  const char* numbers_ = nullptr;
  const char* factors_ = nullptr;
};

// `to` is aligned to 64 bytes.
template <typename Source>
void ExpandGroup(const char* group, int64_t blocks, char* to) {
  constexpr ColumnFormat kFormat = Source::kFormat;
  Source source(group, blocks);
  char* factors = to + blocks * kExpandedBlockBytes;
  for (int64_t b = 0; b < blocks; ++b) {
    source.Enter(b);
#pragma GCC unroll 8
    for (int four = 0; four < kBlock / 4; ++four, to += 64) {
      _mm512_store_si512(to, source.Numbers(b, four));
    }
    for (int part = 0; part < kFormat.parts; ++part, factors += sizeof(__m512)) {
      _mm512_store_ps(factors, source.Scale(b, part));
    }
    if constexpr (kFormat.bias == ColumnBias::kSum) {
      _mm512_store_ps(factors, source.Minimum(b));
      factors += sizeof(__m512);
    }
  }
}

}  // namespace abstractllm
#endif
