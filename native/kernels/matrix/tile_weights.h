// Weights as tiles of bfloat16, a tile per group and block: [16 pairs][16 rows][2].
//
// Scales and minima are multiplied in. Rounding to 8 bits of mantissa errs by a third of what
// the rounding of columns to 8-bit integers does, which all others of the type's kernels do.
#pragma once

#include "matrix/column_panels.h"
#include "matrix/tiles.h"

#ifdef ABSTRACTLLM_TILES

namespace abstractllm {

// Two vectors of floats as pairs of bfloat16, rounded to the nearest.
inline __m512i PairOf(__m512 first, __m512 second) {
  const __m512i half = _mm512_set1_epi32(0x8000);
  const __m512i low = _mm512_srli_epi32(_mm512_castps_si512(first) + half, 16);
  const __m512i high = _mm512_castps_si512(second) + half;
  return _mm512_mask_blend_epi16(0xAAAAAAAA, low, high);
}

// The blocks [begin, end) of a group.
template <typename Source>
void ExpandTiles(const char* group, int64_t blocks, int64_t begin, int64_t end, char* tiles) {
  constexpr ColumnFormat kFormat = Source::kFormat;
  constexpr bool kHasOffset = kFormat.bias == ColumnBias::kOffset;
  const __m512i byte = _mm512_set1_epi32(255);
  Source source(group, blocks, begin);
  for (int64_t b = begin; b < end; ++b) {
    source.Enter(b);
#pragma GCC unroll 2
    for (int part = 0; part < kFormat.parts; ++part) {
      const __m512 scale = source.Scale(b, part);
      __m512 minimum;
      if constexpr (kHasOffset) {
        minimum = scale * _mm512_set1_ps(kFormat.offset);
      } else {
        minimum = source.Minimum(b);
      }
      const auto number = [&](__m512i bytes) {
        return _mm512_fmsub_ps(_mm512_cvtepi32_ps(bytes), scale, minimum);
      };
      constexpr int kFours = kBlock / 4 / kFormat.parts;
#pragma GCC unroll 8
      for (int i = 0; i < kFours; ++i) {
        const __m512i four = source.Numbers(b, part * kFours + i);
        const __m512 first = number(four & byte);
        const __m512 second = number(_mm512_srli_epi32(four, 8) & byte);
        const __m512 third = number(_mm512_srli_epi32(four, 16) & byte);
        const __m512 fourth = number(_mm512_srli_epi32(four, 24));
        _mm512_store_si512(tiles, PairOf(first, second));
        _mm512_store_si512(tiles + kTileRowBytes, PairOf(third, fourth));
        tiles += 2 * kTileRowBytes;
      }
    }
  }
}

}  // namespace abstractllm
#endif
