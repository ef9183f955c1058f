// simd.h for 64-bit Arm.
#pragma once

#include <arm_neon.h>

#include <cstdint>

namespace abstractllm::simd {

constexpr int kWidth = 4;
// Of a register tile: 5 x 4 sums, 4 columns and 5 rows leave 3 of 32 registers (compilers
// load the rows' factors together).
constexpr int kTileRows = 5;
constexpr int kTileVectors = 4;

using Vec = float32x4_t;

inline Vec Set1(float x) { return vdupq_n_f32(x); }
inline Vec Load(const float* p) { return vld1q_f32(p); }
inline void Store(float* p, Vec v) { vst1q_f32(p, v); }
inline Vec Max(Vec a, Vec b) { return vmaxq_f32(a, b); }
inline float Largest(Vec v) { return vmaxvq_f32(v); }
inline float Sum(Vec v) { return vaddvq_f32(v); }

// kWidth numbers as floats.
inline Vec Widen(const float* p) { return Load(p); }
inline Vec Widen(const uint16_t* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }

// Four numbers of each of kWidth / 4 rows, `at` their number `at`, as floats.
template <typename T>
Vec Quads(const T* const* rows, int at) {
  return Widen(rows[0] + at);
}

// Transposes the 4 x 4 numbers in each group of four lanes.
inline void TransposeQuads(Vec* v) {
  const float64x2_t a = vreinterpretq_f64_f32(vtrn1q_f32(v[0], v[1]));
  const float64x2_t b = vreinterpretq_f64_f32(vtrn2q_f32(v[0], v[1]));
  const float64x2_t c = vreinterpretq_f64_f32(vtrn1q_f32(v[2], v[3]));
  const float64x2_t d = vreinterpretq_f64_f32(vtrn2q_f32(v[2], v[3]));
  v[0] = vreinterpretq_f32_f64(vtrn1q_f64(a, c));
  v[1] = vreinterpretq_f32_f64(vtrn1q_f64(b, d));
  v[2] = vreinterpretq_f32_f64(vtrn2q_f64(a, c));
  v[3] = vreinterpretq_f32_f64(vtrn2q_f64(b, d));
}

// The sum of each v[i]'s groups of four lanes, as group i of the result.
inline Vec SumQuads(const Vec* v) { return v[0]; }

}  // namespace abstractllm::simd
