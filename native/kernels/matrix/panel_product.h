// Products of interleaved weights with a panel of columns.
//
// Roofline, per block of 32 numbers, group of 16 rows and column: 8 dot products of 64
// bytes and 3 operations for the scales, of which CPUs do two per cycle (Zen 4: one): 93 of
// 128 products of a cycle are left. A single column reads 2 vectors for each 3 operations:
// memory is slower.
#pragma once

#include "matrix/column_panels.h"

#ifdef ABSTRACTLLM_MATRIX
#include <cstring>

namespace abstractllm {

// A piece of work for one thread: 1 to kTileGroups neighbouring groups of weights and a panel.
struct PanelProduct {
  const char* group;
  size_t group_bytes;
  int groups;
  int64_t blocks;  // of a row
  const char* panel;
  int columns;
  float* const* outputs;  // where each column's first row goes
  const char* fetch;      // weights that come later, which memory may begin to bring
  int fetch_lines;        // of 64 bytes, per block
};

// Few columns are as fast as memory: they ask it for what is so many bytes ahead.
constexpr int kStreamColumns = 4;
constexpr int kAhead = 2048;

// `Weights` reads a group, and says how: Weights(group, blocks, first one: of a superblock),
// kFormat, Enter(block), which comes before what is of that block: Numbers(block, four) (64 bytes,
// four of each row, without sign), Scale(block, part) and, with ColumnBias::kSum, Minimum(block).
template <typename Weights, int Groups, int Columns>
void MultiplyTile(const PanelProduct& product) {
  constexpr ColumnFormat kFormat = Weights::kFormat;
  constexpr int kFours = kBlock / 4 / kFormat.parts;  // of a part
  Weights weights[Groups];
#pragma GCC unroll 8
  for (int g = 0; g < Groups; ++g) {
    weights[g] = Weights(product.group + g * product.group_bytes, product.blocks);
  }
  __m512 sums[Groups][Columns];
#pragma GCC unroll 8
  for (int g = 0; g < Groups; ++g) {
#pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) sums[g][c] = _mm512_setzero_ps();
  }
  const char* panel = product.panel;
  const char* fetch = product.fetch;
  const auto bytes = static_cast<int64_t>(product.group_bytes) / product.blocks;
  for (int64_t b = 0; b < product.blocks; ++b, panel += Columns * kFormat.block_bytes()) {
    if constexpr (Columns <= kStreamColumns) {
      for (int g = 0; g < Groups; ++g) {
        const char* ahead = product.group + g * product.group_bytes + b * bytes + kAhead;
        for (int64_t line = 0; line < bytes; line += 64) _mm_prefetch(ahead + line, _MM_HINT_T0);
      }
    }
    for (int line = 0; line < product.fetch_lines; ++line, fetch += 64) {
      _mm_prefetch(fetch, _MM_HINT_T1);
    }
    const auto* scales = reinterpret_cast<const float*>(panel);
    const char* numbers = panel + Columns * kFormat.header_bytes();
#pragma GCC unroll 8
    for (int g = 0; g < Groups; ++g) weights[g].Enter(b);
#pragma GCC unroll 8
    for (int part = 0; part < kFormat.parts; ++part) {
      const float* bias = scales + Columns * (1 + part);
      __m512i dots[Groups][Columns];
#pragma GCC unroll 8
      for (int g = 0; g < Groups; ++g) {
#pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) {
          dots[g][c] = kFormat.bias == ColumnBias::kOffset
                           ? _mm512_castps_si512(_mm512_set1_ps(bias[c]))
                           : _mm512_setzero_si512();
        }
      }
#pragma GCC unroll 8
      for (int i = 0; i < kFours; ++i) {
        __m512i rows[Groups];
#pragma GCC unroll 8
        for (int g = 0; g < Groups; ++g) rows[g] = weights[g].Numbers(b, part * kFours + i);
#pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) {
          int32_t four;
          std::memcpy(&four, numbers + c * kBlock + (part * kFours + i) * 4, sizeof(four));
          const __m512i column = _mm512_set1_epi32(four);
#pragma GCC unroll 8
          for (int g = 0; g < Groups; ++g) {
            dots[g][c] = _mm512_dpbusd_epi32(dots[g][c], rows[g], column);
          }
        }
      }
#pragma GCC unroll 8
      for (int g = 0; g < Groups; ++g) {
        const __m512 scale = weights[g].Scale(b, part);
#pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) {
          sums[g][c] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[g][c]),
                                       scale * _mm512_set1_ps(scales[c]), sums[g][c]);
        }
        if constexpr (kFormat.bias == ColumnBias::kSum) {
          const __m512 minimum = weights[g].Minimum(b);
#pragma GCC unroll 8
          for (int c = 0; c < Columns; ++c) {
            sums[g][c] = _mm512_fnmadd_ps(minimum, _mm512_set1_ps(bias[c]), sums[g][c]);
          }
        }
      }
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < Groups; ++g) {
#pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) {
      _mm512_storeu_ps(product.outputs[c] + g * kGroupRows, sums[g][c]);
    }
  }
}

template <typename Weights, int Groups>
void MultiplyGroups(const PanelProduct& product) {
  static_assert(kTileColumns == 6);
  switch (product.columns) {
    case 1:
      return MultiplyTile<Weights, Groups, 1>(product);
    case 2:
      return MultiplyTile<Weights, Groups, 2>(product);
    case 3:
      return MultiplyTile<Weights, Groups, 3>(product);
    case 4:
      return MultiplyTile<Weights, Groups, 4>(product);
    case 5:
      return MultiplyTile<Weights, Groups, 5>(product);
    default:
      return MultiplyTile<Weights, Groups, 6>(product);
  }
}

template <typename Weights>
void MultiplyPanel(const PanelProduct& product) {
  static_assert(kTileGroups == 2);
  (product.groups == 1 ? MultiplyGroups<Weights, 1> : MultiplyGroups<Weights, 2>)(product);
}

}  // namespace abstractllm
#endif
