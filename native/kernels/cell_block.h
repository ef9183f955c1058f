// Up to 64 cells of a KV cache as float32, in the order in which the products read them:
// converted once for all rows that attend to them.
//
// Per number: a quarter of a gather, a conversion, half a shuffle and a store for keys; a
// load with conversion and a store for values. At a size of 64 that is about 1,500 cycles
// per block, beside 256 cycles per row for the products.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd.h"

namespace abstractllm::simd {

constexpr int kCellsPerBlock = 64;

// out[d * kCellsPerBlock + i] = number d of cells[i]. Up to the next whole vector the last
// cell is repeated. `size` is a multiple of 4.
template <typename T>
void PackKeys(const char* keys, size_t stride, const int32_t* cells, int count, int size,
              float* out) {
  constexpr int kLanes = kWidth / 4;
  for (int first = 0; first < count; first += kWidth) {
    // Lane l of row j: cell 4 l + j, so that transposing within lanes gives their order.
    const T* rows[4][kLanes];
    for (int i = 0; i < kWidth; ++i) {
      const int cell = first + i < count ? first + i : count - 1;
      rows[i % 4][i / 4] = reinterpret_cast<const T*>(keys + cells[cell] * stride);
    }
    for (int d = 0; d < size; d += 4) {
      Vec quads[4];
      for (int j = 0; j < 4; ++j) quads[j] = Quads(rows[j], d);
      TransposeQuads(quads);
      for (int j = 0; j < 4; ++j) Store(out + (d + j) * kCellsPerBlock + first, quads[j]);
    }
  }
}

// out[i * size + d] = number d of cells[i]. `size` is a multiple of kWidth.
template <typename T>
void PackValues(const char* values, size_t stride, const int32_t* cells, int count, int size,
                float* out) {
  for (int i = 0; i < count; ++i, out += size) {
    const T* row = reinterpret_cast<const T*>(values + cells[i] * stride);
    for (int d = 0; d < size; d += kWidth) Store(out + d, Widen(row + d));
  }
}

// Has `bytes` of each of the cells fetched, while what was packed is being multiplied.
inline void FetchRows(const char* rows, size_t stride, const int32_t* cells, int count,
                      size_t bytes) {
  for (int i = 0; i < count; ++i) {
    const char* row = rows + cells[i] * stride;
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(row + at, 0, 2);
  }
}

}  // namespace abstractllm::simd
