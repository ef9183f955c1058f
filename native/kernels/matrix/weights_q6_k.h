// A group of rows of Q6_K. A superblock is 8 blocks of 2 parts; all of it lies together:
//   of each block, the planes of its numbers, 32 added
//   [16 parts][16 rows] int8_t, scales
//   [16 rows] float16, what these are multiples of
#pragma once

#include "matrix/bit_planes.h"

#ifdef ABSTRACTLLM_MATRIX

namespace abstractllm {

class WeightsQ6K {
 public:
  static constexpr ColumnFormat kFormat = {ColumnBias::kOffset, 32, 2};

  WeightsQ6K() = default;
  WeightsQ6K(const char* group, int64_t, int64_t first = 0)
      : next_(group + first / kBlocks * kSuperBytes) {}

  void Enter(int64_t block) {
    if (block % kBlocks == 0) {
      numbers_ = next_;
      next_ += kSuperBytes;
      scales_ = next_ - kFactorBytes - kScaleBytes;
      factor_ = _mm512_cvtph_ps(
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(next_ - kFactorBytes)));
    } else {
      numbers_ += kPlaneBytes;
      scales_ += 2 * kGroupRows;
    }
  }
  __m512i Numbers(int64_t, int four) const {
    return HighPlane<2>::Add(NibblePlane::Load(numbers_, four), numbers_ + NibblePlane::kBytes,
                             four);
  }
  __m512 Scale(int64_t, int part) const {
    const __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(scales_ + part * kGroupRows));
    return factor_ * _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  }

  static void Pack(const char* rows, size_t stride, int64_t depth, char* group) {
    for (int64_t at = 0; at < depth / kBlock; at += kBlocks, group += kSuperBytes) {
      for (int row = 0; row < kGroupRows; ++row) {
        const auto* stored =
            reinterpret_cast<const uint8_t*>(rows) + row * stride + at / kBlocks * kStoredBytes;
        char* factors = group + kSuperBytes - kFactorBytes;
        std::memcpy(factors + row * 2, stored + kFactorAt, 2);
        for (int part = 0; part < 2 * kBlocks; ++part) {
          factors[-kScaleBytes + part * kGroupRows + row] =
              static_cast<char>(stored[kScalesAt + part]);
        }
        for (int b = 0; b < kBlocks; ++b) {
          const Place place(b);
          BlockNumbers numbers;
          for (int i = 0; i < kBlock; ++i) {
            const int low = stored[place.low + i] >> place.low_shift & 15;
            const int high = stored[place.high + i] >> place.high_shift & 3;
            numbers[i] = static_cast<uint8_t>(low | high << 4);
          }
          char* planes = group + b * kPlaneBytes;
          NibblePlane::Pack(numbers, row, planes);
          HighPlane<2>::Pack(numbers, row, planes + NibblePlane::kBytes);
        }
      }
    }
  }

  static void Unpack(const char* group, int64_t depth, char* rows, size_t stride) {
    for (int64_t at = 0; at < depth / kBlock; at += kBlocks, group += kSuperBytes) {
      for (int row = 0; row < kGroupRows; ++row) {
        auto* stored =
            reinterpret_cast<uint8_t*>(rows) + row * stride + at / kBlocks * kStoredBytes;
        std::memset(stored, 0, kStoredBytes);
        const char* factors = group + kSuperBytes - kFactorBytes;
        std::memcpy(stored + kFactorAt, factors + row * 2, 2);
        for (int part = 0; part < 2 * kBlocks; ++part) {
          stored[kScalesAt + part] =
              static_cast<uint8_t>(factors[-kScaleBytes + part * kGroupRows + row]);
        }
        for (int b = 0; b < kBlocks; ++b) {
          const Place place(b);
          const char* planes = group + b * kPlaneBytes;
          BlockNumbers numbers;
          NibblePlane::Unpack(planes, row, numbers);
          HighPlane<2>::Unpack(planes + NibblePlane::kBytes, row, numbers);
          for (int i = 0; i < kBlock; ++i) {
            uint8_t& low = stored[place.low + i];
            uint8_t& high = stored[place.high + i];
            low = static_cast<uint8_t>(low | (numbers[i] & 15) << place.low_shift);
            high = static_cast<uint8_t>(high | numbers[i] >> 4 << place.high_shift);
          }
        }
      }
    }
  }

 private:
  static constexpr int kBlocks = 8;
  static constexpr int kPlaneBytes = NibblePlane::kBytes + HighPlane<2>::kBytes;
  static constexpr int kScaleBytes = 2 * kBlocks * kGroupRows;
  static constexpr int kFactorBytes = 2 * kGroupRows;
  static constexpr int kSuperBytes = kBlocks * kPlaneBytes + kScaleBytes + kFactorBytes;
  // In a file.
  static constexpr int kStoredBytes = kSuperBytes / kGroupRows;
  static constexpr int kHighAt = 128;
  static constexpr int kScalesAt = 192;
  static constexpr int kFactorAt = 208;

  // Where a block's numbers are in a file: two blocks share bytes of low bits, four of high.
  struct Place {
    explicit Place(int block)
        : low(block / 4 * 64 + block % 2 * kBlock),
          low_shift(block % 4 / 2 * 4),
          high(kHighAt + block / 4 * kBlock),
          high_shift(block % 4 * 2) {}
    int low, low_shift, high, high_shift;
  };

  const char* next_ = nullptr;     // superblock
  const char* numbers_ = nullptr;  // of the block
  const char* scales_ = nullptr;
  __m512 factor_;
};

}  // namespace abstractllm
#endif
