// Few rows times a matrix: scores (queries times keys) and outputs (weights times values).
//
// Roofline: a step of a tile of R rows and C vectors is R x C fused multiply-adds, two of
// which start per cycle, and R + C loads. Six rows and four vectors take 12 cycles for 24
// multiply-adds; fewer than 8 sums would wait for their own results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "simd.h"

namespace abstractllm::simd {

// A matrix of floats.
struct PackedLines {
  const float* data;
  size_t stride;  // in floats

  const float* Line(int k) const { return data + k * stride; }
};

// The cells of a cache where they are: for a matrix that is read only once.
struct HalfLines {
  const char* data;
  size_t stride;  // in bytes
  const int32_t* cells;

  const Half* Line(int k) const { return reinterpret_cast<const Half*>(data + cells[k] * stride); }
};

template <typename Lines, int kRows, int kVectors>
void RowProductTile(const float* const* a, const Lines& b, int depth, float* const* out, int column,
                    const float* keep) {
  const float* row[kRows];
  Vec sum[kRows][kVectors];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    row[r] = a[r];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      sum[r][v] = keep == nullptr ? Set1(0.0f) : Load(out[r] + column + v * kWidth) * Set1(keep[r]);
    }
  }
  for (int k = 0; k < depth; ++k) {
    const auto* from = b.Line(k) + column;
    Vec line[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) line[v] = Widen(from + v * kWidth);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Vec factor = Set1(row[r][k]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sum[r][v] = sum[r][v] + factor * line[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) Store(out[r] + column + v * kWidth, sum[r][v]);
  }
}

template <typename Lines, int kVectors, size_t... kRows>
auto RowProductOf(int rows, std::index_sequence<kRows...>) {
  static constexpr decltype(&RowProductTile<Lines, 1, kVectors>) kFunctions[] = {
      RowProductTile<Lines, kRows + 1, kVectors>...};
  return kFunctions[rows - 1];
}

// The function for a tile of `rows` rows, 1 to kTileRows.
template <typename Lines, int kVectors>
auto RowProductOf(int rows) {
  return RowProductOf<Lines, kVectors>(rows, std::make_index_sequence<kTileRows>());
}

// out[r][n] = keep[r] * out[r][n] + sum over k < depth of a[r][k] * b.Line(k)[n] for
// `rows` rows, 1 to kTileRows, and `vectors` vectors of columns n. Without `keep`, what
// was in `out` does not count. `out` is none of the inputs.
template <typename Lines>
void RowProduct(int rows, int vectors, const float* const* a, const Lines& b, int depth,
                float* const* out, const float* keep) {
  int done = 0;
  const auto whole = RowProductOf<Lines, kTileVectors>(rows);
  for (; done + kTileVectors <= vectors; done += kTileVectors) {
    whole(a, b, depth, out, done * kWidth, keep);
  }
  const int column = done * kWidth;
  switch (vectors - done) {
    case 1:
      return RowProductOf<Lines, 1>(rows)(a, b, depth, out, column, keep);
    case 2:
      return RowProductOf<Lines, 2>(rows)(a, b, depth, out, column, keep);
    case 3:
      return RowProductOf<Lines, 3>(rows)(a, b, depth, out, column, keep);
    default:
      return;
  }
}

}  // namespace abstractllm::simd
