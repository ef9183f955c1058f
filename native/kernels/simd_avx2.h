// simd.h for AVX2 with FMA and F16C.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace abstractllm::simd {

constexpr int kWidth = 8;
// Of a register tile: 6 x 2 sums, 2 columns and one row leave 1 of 16 registers.
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;

using Vec = __m256;

inline Vec Set1(float x) { return _mm256_set1_ps(x); }
inline Vec Load(const float* p) { return _mm256_loadu_ps(p); }
inline void Store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
inline Vec Max(Vec a, Vec b) { return _mm256_max_ps(a, b); }
inline float Largest(Vec v) {
  __m128 x = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  x = _mm_max_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
}
inline float Sum(Vec v) {
  __m128 x = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  x = _mm_add_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
}

// kWidth numbers as floats.
inline Vec Widen(const float* p) { return Load(p); }
inline Vec Widen(const uint16_t* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}

// Four numbers of each of kWidth / 4 rows, `at` their number `at`, as floats.
inline Vec Quads(const float* const* rows, int at) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows[0] + at)),
                              _mm_loadu_ps(rows[1] + at), 1);
}
inline Vec Quads(const uint16_t* const* rows, int at) {
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows[0] + at));
  const __m128i high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows[1] + at));
  return _mm256_cvtph_ps(_mm_unpacklo_epi64(low, high));
}

// Transposes the 4 x 4 numbers in each group of four lanes.
inline void TransposeQuads(Vec* v) {
  const __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(v[0], v[1]));
  const __m256d b = _mm256_castps_pd(_mm256_unpacklo_ps(v[2], v[3]));
  const __m256d c = _mm256_castps_pd(_mm256_unpackhi_ps(v[0], v[1]));
  const __m256d d = _mm256_castps_pd(_mm256_unpackhi_ps(v[2], v[3]));
  v[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(a, b));
  v[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(a, b));
  v[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(c, d));
  v[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(c, d));
}

// The sum of each v[i]'s groups of four lanes, as group i of the result.
inline Vec SumQuads(const Vec* v) {
  return _mm256_permute2f128_ps(v[0], v[1], 0x20) + _mm256_permute2f128_ps(v[0], v[1], 0x31);
}

}  // namespace abstractllm::simd
