// Scores of very few rows, from keys where they are. Turning keys around for RowProduct
// takes some 12 cycles per cell at a size of 64; dot products need 4 for the cell, 2 per
// row, and 2 per row more to add lanes up. They are ahead for up to four rows.
#pragma once

#include "row_product.h"
#include "simd.h"

namespace abstractllm::simd {

constexpr int kDirectRows = 4;

// The dot products of row `a[r]` and four cells, one per lane of each group of four;
// their sums over the groups are the scores.
template <int kRows>
void DotQuad(const float* const* a, const Half* const* cells, int size, Vec* out) {
  Vec sum[kRows][4];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) sum[r][j] = Set1(0.0f);
  }
  for (int d = 0; d < size; d += kWidth) {
    Vec key[4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) key[j] = Widen(cells[j] + d);
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const Vec query = Load(a[r] + d);
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) sum[r][j] = sum[r][j] + query * key[j];
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
    TransposeQuads(sum[r]);
    out[r] = (sum[r][0] + sum[r][1]) + (sum[r][2] + sum[r][3]);
  }
}

template <int kRows>
void DirectScoresOf(const float* const* a, const HalfLines& keys, int count, int size,
                    float* const* out) {
  constexpr int kQuads = kWidth / 4;
  for (int first = 0; first < count; first += kWidth) {
    Vec quads[kQuads][kRows];
    for (int quad = 0; quad < kQuads; ++quad) {
      const Half* cells[4];
      for (int j = 0; j < 4; ++j) {
        const int cell = first + quad * 4 + j;
        cells[j] = keys.Line(cell < count ? cell : count - 1);
      }
      DotQuad<kRows>(a, cells, size, quads[quad]);
    }
    for (int r = 0; r < kRows; ++r) {
      Vec row[kQuads];
      for (int quad = 0; quad < kQuads; ++quad) row[quad] = quads[quad][r];
      Store(out[r] + first, SumQuads(row));
    }
  }
}

// out[r][i] = the dot product of a[r] and cell i, for 1 to kDirectRows rows. Up to the next
// whole vector the last cell is repeated. `size` is a multiple of kWidth.
inline void DirectScores(int rows, const float* const* a, const HalfLines& keys, int count,
                         int size, float* const* out) {
  static_assert(kDirectRows == 4);
  static constexpr decltype(&DirectScoresOf<1>) kFunctions[] = {
      DirectScoresOf<1>, DirectScoresOf<2>, DirectScoresOf<3>, DirectScoresOf<4>};
  kFunctions[rows - 1](a, keys, count, size, out);
}

}  // namespace abstractllm::simd
