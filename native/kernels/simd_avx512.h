// simd.h for AVX-512.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace abstractllm::simd {

constexpr int kWidth = 16;
// Of a register tile: 6 x 4 sums, 4 columns and one row leave 3 of 32 registers.
constexpr int kTileRows = 6;
constexpr int kTileVectors = 4;

using Vec = __m512;

inline Vec Set1(float x) { return _mm512_set1_ps(x); }
inline Vec Load(const float* p) { return _mm512_loadu_ps(p); }
inline void Store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
inline Vec Max(Vec a, Vec b) { return _mm512_max_ps(a, b); }
inline float Largest(Vec v) { return _mm512_reduce_max_ps(v); }
inline float Sum(Vec v) { return _mm512_reduce_add_ps(v); }

// kWidth numbers as floats.
inline Vec Widen(const float* p) { return Load(p); }
inline Vec Widen(const uint16_t* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}

// Four numbers of each of kWidth / 4 rows, `at` their number `at`, as floats.
inline Vec Quads(const float* const* rows, int at) {
  const __m256 low = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows[0] + at)),
                                          _mm_loadu_ps(rows[1] + at), 1);
  const __m256 high = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows[2] + at)),
                                           _mm_loadu_ps(rows[3] + at), 1);
  return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}
inline Vec Quads(const uint16_t* const* rows, int at) {
  long long quad[4];
  for (int i = 0; i < 4; ++i) std::memcpy(&quad[i], rows[i] + at, sizeof(quad[i]));
  // Masked broadcasts merge while loading; inserts would wait for the one shuffle port.
  __m256i v = _mm256_set1_epi64x(quad[0]);
  v = _mm256_mask_set1_epi64(v, 2, quad[1]);
  v = _mm256_mask_set1_epi64(v, 4, quad[2]);
  v = _mm256_mask_set1_epi64(v, 8, quad[3]);
  return _mm512_cvtph_ps(v);
}

// Transposes the 4 x 4 numbers in each group of four lanes.
inline void TransposeQuads(Vec* v) {
  const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(v[0], v[1]));
  const __m512d b = _mm512_castps_pd(_mm512_unpacklo_ps(v[2], v[3]));
  const __m512d c = _mm512_castps_pd(_mm512_unpackhi_ps(v[0], v[1]));
  const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(v[2], v[3]));
  v[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
  v[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
  v[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(c, d));
  v[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(c, d));
}

// The sum of each v[i]'s groups of four lanes, as group i of the result.
inline Vec SumQuads(const Vec* v) {
  const Vec a = _mm512_shuffle_f32x4(v[0], v[1], 0x44) + _mm512_shuffle_f32x4(v[0], v[1], 0xEE);
  const Vec b = _mm512_shuffle_f32x4(v[2], v[3], 0x44) + _mm512_shuffle_f32x4(v[2], v[3], 0xEE);
  return _mm512_shuffle_f32x4(a, b, 0x88) + _mm512_shuffle_f32x4(a, b, 0xDD);
}

}  // namespace abstractllm::simd
