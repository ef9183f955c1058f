// A group of rows of Q4_K or Q5_K. A superblock is 8 blocks; all of it lies together:
//   of each block, the planes of its numbers
//   scales and minima of 6 bits (MinimaTable)
//   [16 rows] float16, what scales are multiples of, and what minima are
#pragma once

#include "matrix/bit_planes.h"

#ifdef ABSTRACTLLM_MATRIX

namespace abstractllm {

constexpr int kBlocksPerSuper = 8;

// Of a superblock: low halves of scales in the low, of minima in the high halves of the bytes
// [8 blocks][16 rows]; then [4][16 rows] bytes with 2 bits each of block i's scale, its minimum,
// block i + 4's scale, its minimum.
struct MinimaTable {
  static constexpr int kLowBytes = kBlocksPerSuper * kGroupRows;
  static constexpr int kBytes = kLowBytes + kLowBytes / 2;
  static constexpr int kStoredBytes = 12;  // of a row

  static void Pack(const uint8_t* stored, int row, char* table) {
    uint8_t high[4] = {};
    for (int b = 0; b < kBlocksPerSuper; ++b) {
      const int scale = b < 4 ? stored[b] & 63 : (stored[b + 4] & 15) | (stored[b - 4] >> 6) << 4;
      const int minimum = b < 4 ? stored[b + 4] & 63 : stored[b + 4] >> 4 | (stored[b] >> 6) << 4;
      table[b * kGroupRows + row] = static_cast<char>((scale & 15) | (minimum & 15) << 4);
      high[b % 4] = static_cast<uint8_t>(high[b % 4] | ((scale >> 4) | (minimum >> 4) << 2)
                                                           << (b < 4 ? 0 : 4));
    }
    for (int i = 0; i < 4; ++i) {
      table[kLowBytes + i * kGroupRows + row] = static_cast<char>(high[i]);
    }
  }

  static void Unpack(const char* table, int row, uint8_t* stored) {
    std::memset(stored, 0, kStoredBytes);
    for (int b = 0; b < kBlocksPerSuper; ++b) {
      const auto low = static_cast<uint8_t>(table[b * kGroupRows + row]);
      const int high =
          static_cast<uint8_t>(table[kLowBytes + b % 4 * kGroupRows + row]) >> (b < 4 ? 0 : 4);
      const int scale = (low & 15) | (high & 3) << 4;
      const int minimum = low >> 4 | (high >> 2 & 3) << 4;
      const auto put = [&](int at, int bits) {
        stored[at] = static_cast<uint8_t>(stored[at] | bits);
      };
      if (b < 4) {
        put(b, scale);
        put(b + 4, minimum);
      } else {
        put(b + 4, (scale & 15) | (minimum & 15) << 4);
        put(b - 4, (scale >> 4) << 6);
        put(b, (minimum >> 4) << 6);
      }
    }
  }

  static void Load(const char* table, __m512 scale, __m512 minimum, __m512* scales,
                   __m512* minima) {
    const auto vector = [&](int i) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(table) + i);
    };
    const auto floats = [](__m128i bytes) {
      return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
    };
    const __m128i low_bits = _mm_set1_epi8(15);
    const __m128i high_bits = _mm_set1_epi8(48);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m128i high = vector(kBlocksPerSuper + i);
      const auto put = [&](int block, __m128i scale_bits, __m128i minimum_bits) {
        const __m128i low = vector(block);
        scales[block] = scale * floats(_mm_or_si128(low & low_bits, scale_bits & high_bits));
        minima[block] = minimum * floats(_mm_or_si128(_mm_srli_epi16(low, 4) & low_bits,
                                                      minimum_bits & high_bits));
      };
      put(i, _mm_slli_epi16(high, 4), _mm_slli_epi16(high, 2));
      put(i + 4, high, _mm_srli_epi16(high, 2));
    }
  }
};

// `High`: whether there is a fifth bit.
template <bool High>
class WeightsMinimumK {
 public:
  static constexpr ColumnFormat kFormat = {ColumnBias::kSum, 0, 1};

  WeightsMinimumK() = default;
  WeightsMinimumK(const char* group, int64_t, int64_t first = 0)
      : next_(group + first / kBlocksPerSuper * kSuperBytes) {}

  void Enter(int64_t block) {
    if (block % kBlocksPerSuper == 0) {
      numbers_ = next_;
      next_ += kSuperBytes;
      const char* factors = next_ - kFactorBytes;
      MinimaTable::Load(factors - MinimaTable::kBytes, Floats(factors),
                        Floats(factors + kFactorBytes / 2), scales_, minima_);
    } else {
      numbers_ += kPlaneBytes;
    }
  }
  __m512i Numbers(int64_t, int four) const {
    const __m512i low = NibblePlane::Load(numbers_, four);
    return High ? HighPlane<1>::Add(low, numbers_ + NibblePlane::kBytes, four) : low;
  }
  __m512 Scale(int64_t block, int) const { return scales_[block % kBlocksPerSuper]; }
  __m512 Minimum(int64_t block) const { return minima_[block % kBlocksPerSuper]; }

  static void Pack(const char* rows, size_t stride, int64_t depth, char* group) {
    for (int64_t at = 0; at < depth / kBlock; at += kBlocksPerSuper, group += kSuperBytes) {
      for (int row = 0; row < kGroupRows; ++row) {
        const auto* stored = reinterpret_cast<const uint8_t*>(rows) + row * stride +
                             at / kBlocksPerSuper * kStoredBytes;
        char* factors = group + kSuperBytes - kFactorBytes;
        std::memcpy(factors + row * 2, stored, 2);
        std::memcpy(factors + kFactorBytes / 2 + row * 2, stored + 2, 2);
        MinimaTable::Pack(stored + 4, row, factors - MinimaTable::kBytes);
        for (int b = 0; b < kBlocksPerSuper; ++b) {
          BlockNumbers numbers;
          for (int i = 0; i < kBlock; ++i) {
            const int low = stored[kLowAt + b / 2 * kBlock + i] >> b % 2 * 4 & 15;
            const int high = High ? stored[kHighAt + i] >> b & 1 : 0;
            numbers[i] = static_cast<uint8_t>(low | high << 4);
          }
          char* planes = group + b * kPlaneBytes;
          NibblePlane::Pack(numbers, row, planes);
          if (High) HighPlane<1>::Pack(numbers, row, planes + NibblePlane::kBytes);
        }
      }
    }
  }

  static void Unpack(const char* group, int64_t depth, char* rows, size_t stride) {
    for (int64_t at = 0; at < depth / kBlock; at += kBlocksPerSuper, group += kSuperBytes) {
      for (int row = 0; row < kGroupRows; ++row) {
        auto* stored =
            reinterpret_cast<uint8_t*>(rows) + row * stride + at / kBlocksPerSuper * kStoredBytes;
        const char* factors = group + kSuperBytes - kFactorBytes;
        std::memset(stored, 0, kStoredBytes);
        std::memcpy(stored, factors + row * 2, 2);
        std::memcpy(stored + 2, factors + kFactorBytes / 2 + row * 2, 2);
        MinimaTable::Unpack(factors - MinimaTable::kBytes, row, stored + 4);
        for (int b = 0; b < kBlocksPerSuper; ++b) {
          const char* planes = group + b * kPlaneBytes;
          BlockNumbers numbers;
          NibblePlane::Unpack(planes, row, numbers);
          if (High) HighPlane<1>::Unpack(planes + NibblePlane::kBytes, row, numbers);
          for (int i = 0; i < kBlock; ++i) {
            uint8_t& low = stored[kLowAt + b / 2 * kBlock + i];
            low = static_cast<uint8_t>(low | (numbers[i] & 15) << b % 2 * 4);
            if (!High) continue;
            uint8_t& high = stored[kHighAt + i];
            high = static_cast<uint8_t>(high | numbers[i] >> 4 << b);
          }
        }
      }
    }
  }

 private:
  static constexpr int kPlaneBytes = NibblePlane::kBytes + (High ? HighPlane<1>::kBytes : 0);
  static constexpr int kFactorBytes = 2 * 2 * kGroupRows;
  static constexpr int kSuperBytes =
      kBlocksPerSuper * kPlaneBytes + MinimaTable::kBytes + kFactorBytes;
  // In a file.
  static constexpr int kStoredBytes = kSuperBytes / kGroupRows;
  static constexpr int kHighAt = 4 + MinimaTable::kStoredBytes;
  static constexpr int kLowAt = kHighAt + (High ? kBlock : 0);

  static __m512 Floats(const char* halves) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(halves)));
  }

  const char* next_ = nullptr;     // superblock
  const char* numbers_ = nullptr;  // of the block
  __m512 scales_[kBlocksPerSuper];
  __m512 minima_[kBlocksPerSuper];
};

using WeightsQ4K = WeightsMinimumK<false>;
using WeightsQ5K = WeightsMinimumK<true>;

}  // namespace abstractllm
#endif
