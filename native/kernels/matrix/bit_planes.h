// Numbers of 4 to 6 bits of a block of 32 and a group of rows, as planes of bits that become
// vectors [16 rows][four numbers] of bytes with a shift and a mask. Four i is the numbers
// 4 i to 4 i + 3 of a row.
#pragma once

#include "matrix/column_panels.h"

#ifdef ABSTRACTLLM_MATRIX
#include <cstring>

namespace abstractllm {

// A row's numbers of a block, a byte each.
using BlockNumbers = uint8_t[kBlock];

inline uint32_t LoadFour(const void* from) {
  uint32_t four;
  std::memcpy(&four, from, sizeof(four));
  return four;
}
inline void StoreFour(uint32_t four, void* to) { std::memcpy(to, &four, sizeof(four)); }

// The low 4 bits: vector i has four i in its low halves of bytes, four i + 4 in the high ones.
struct NibblePlane {
  static constexpr int kBytes = 4 * 64;

  static void Pack(const BlockNumbers& numbers, int row, char* plane) {
    for (int i = 0; i < 4; ++i) {
      const uint32_t low = LoadFour(numbers + i * 4) & 0x0F0F0F0F;
      const uint32_t high = LoadFour(numbers + (i + 4) * 4) & 0x0F0F0F0F;
      StoreFour(low | high << 4, plane + i * 64 + row * 4);
    }
  }
  // Sets the numbers.
  static void Unpack(const char* plane, int row, BlockNumbers& numbers) {
    for (int i = 0; i < 4; ++i) {
      const uint32_t four = LoadFour(plane + i * 64 + row * 4);
      StoreFour(four & 0x0F0F0F0F, numbers + i * 4);
      StoreFour(four >> 4 & 0x0F0F0F0F, numbers + (i + 4) * 4);
    }
  }
  static __m512i Load(const char* plane, int four) {
    const __m512i both = _mm512_loadu_si512(plane + four % 4 * 64);
    return _mm512_and_si512(four < 4 ? both : _mm512_srli_epi16(both, 4), _mm512_set1_epi8(15));
  }
};

// `Bits` bits from bit 4 on: 8 / Bits fours are in a vector.
template <int Bits>
struct HighPlane {
  static constexpr int kFours = 8 / Bits;  // of a vector
  static constexpr int kBytes = 8 / kFours * 64;
  static constexpr uint32_t kMask = 0x01010101 * ((1 << Bits) - 1);

  static void Pack(const BlockNumbers& numbers, int row, char* plane) {
    for (int vector = 0; vector < 8 / kFours; ++vector) {
      uint32_t all = 0;
      for (int i = 0; i < kFours; ++i) {
        all |= (LoadFour(numbers + (vector * kFours + i) * 4) >> 4 & kMask) << i * Bits;
      }
      StoreFour(all, plane + vector * 64 + row * 4);
    }
  }
  // Adds to the numbers.
  static void Unpack(const char* plane, int row, BlockNumbers& numbers) {
    for (int i = 0; i < 8; ++i) {
      const uint32_t all = LoadFour(plane + i / kFours * 64 + row * 4);
      const uint32_t high = (all >> i % kFours * Bits & kMask) << 4;
      StoreFour(LoadFour(numbers + i * 4) | high, numbers + i * 4);
    }
  }
  // `low` with the plane's bits above.
  static __m512i Add(__m512i low, const char* plane, int four) {
    const __m512i all = _mm512_loadu_si512(plane + four / kFours * 64);
    const int at = four % kFours * Bits;
    const __m512i placed =
        at <= 4 ? _mm512_slli_epi16(all, 4 - at) : _mm512_srli_epi16(all, at - 4);
    constexpr int kLowOrMasked = 0xF8;  // a | (b & c)
    return _mm512_ternarylogic_epi32(low, placed, _mm512_set1_epi8(((1 << Bits) - 1) << 4),
                                     kLowOrMasked);
  }
};

}  // namespace abstractllm
#endif
