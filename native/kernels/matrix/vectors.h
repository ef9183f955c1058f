// Which vectors the matrix kernels are compiled for, by the CPU of the module.
// ABSTRACTLLM_MATRIX is not defined where there are none.
#pragma once

#if defined(__GNUC__) && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && \
    defined(__AVX512VL__) && defined(__AVX512VNNI__)
#define ABSTRACTLLM_MATRIX
#include <immintrin.h>
#endif

namespace abstractllm {

// Rows of weights whose numbers are interleaved: as many as a vector has floats.
constexpr int kGroupRows = 16;
// Groups that are multiplied at once, and columns: their sums fill the registers.
constexpr int kTileGroups = 2;
constexpr int kTileColumns = 6;

}  // namespace abstractllm
