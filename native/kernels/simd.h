// Vectors of floats, as wide as the CPU that a file is compiled for has them. Arithmetic
// is the compilers' own (vector_size); here is what they have no operators for.
// ABSTRACTLLM_SIMD is not defined where there is nothing of the kind.
#pragma once

#if defined(__GNUC__) && defined(__AVX512F__) && defined(__AVX512BW__)
#define ABSTRACTLLM_SIMD 16
#include "simd_avx512.h"
#elif defined(__GNUC__) && defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#define ABSTRACTLLM_SIMD 8
#include "simd_avx2.h"
#elif defined(__GNUC__) && defined(__aarch64__) && defined(__ARM_NEON)
#define ABSTRACTLLM_SIMD 4
#include "simd_neon.h"
#endif

#ifdef ABSTRACTLLM_SIMD
#include <cstdint>

namespace abstractllm::simd {

// A float16 as it is stored.
using Half = uint16_t;

typedef int32_t IntVec __attribute__((vector_size(kWidth * 4)));

// e^x, within 2e-7 of it relatively, for x <= 0; 0 below -87.
inline Vec Exp(Vec x) {
  // x = n ln 2 + r. Adding 1.5 * 2^23 rounds: n is then in the lowest bits.
  const Vec rounder = Set1(12582912.0f);
  const Vec shifted = x * Set1(1.44269504f) + rounder;
  const Vec n = shifted - rounder;
  Vec r = x - n * Set1(0.693359375f);
  r = r + n * Set1(2.12194440e-4f);
  Vec p = Set1(1.9875691500e-4f);
  p = p * r + Set1(1.3981999507e-3f);
  p = p * r + Set1(8.3334519073e-3f);
  p = p * r + Set1(4.1665795894e-2f);
  p = p * r + Set1(1.6666665459e-1f);
  p = p * r + Set1(5.0000001201e-1f);
  p = p * (r * r) + (r + Set1(1.0f));
  const IntVec power = reinterpret_cast<IntVec>(p) + (reinterpret_cast<IntVec>(shifted) << 23);
  // Not a number stays one: it is not below.
  const IntVec below = x < Set1(-87.0f);
  return reinterpret_cast<Vec>(power & ~below);
}

// tanh(x), within 3e-7 absolutely.
inline Vec Tanh(Vec x) {
  const IntVec sign = reinterpret_cast<IntVec>(x) & reinterpret_cast<IntVec>(Set1(-0.0f));
  const Vec size = reinterpret_cast<Vec>(reinterpret_cast<IntVec>(x) ^ sign);
  const Vec e = Exp(size * Set1(-2.0f));
  const Vec value = (Set1(1.0f) - e) / (Set1(1.0f) + e);
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(value) ^ sign);
}

}  // namespace abstractllm::simd
#endif
