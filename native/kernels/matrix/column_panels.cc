#include "matrix/column_panels.h"

#ifdef ABSTRACTLLM_MATRIX
#include <algorithm>
#include <cstring>

namespace abstractllm {
namespace {

// Below, the factor to 8 bits would be infinite.
constexpr float kSmallest = 1e-35f;

}  // namespace

ColumnPanels::ColumnPanels(const ColumnFormat& format, int64_t depth, int64_t columns)
    : format_(format),
      blocks_(depth / kBlock),
      columns_(columns),
      count_((columns + kTileColumns - 1) / kTileColumns),
      column_bytes_(blocks_ * format.block_bytes()) {}

void ColumnPanels::Write(void* memory, int64_t column, const float* numbers, int64_t begin,
                         int64_t end) const {
  int64_t panel = column * count_ / columns_;
  while (first(panel + 1) <= column) ++panel;  // they differ in width
  const int64_t width = this->width(panel);
  const int64_t place = column - first(panel);
  char* block = const_cast<char*>(at(memory, panel, begin));
  for (int64_t b = begin; b < end; ++b, block += width * format_.block_bytes()) {
    const __m512 low = _mm512_loadu_ps(numbers + b * kBlock);
    const __m512 high = _mm512_loadu_ps(numbers + b * kBlock + kBlock / 2);
    const float largest =
        _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    const bool zero = largest < kSmallest;
    const float scale = zero ? 0 : largest / 127.0f;
    const __m512 factor = _mm512_set1_ps(zero ? 0 : 127.0f / largest);
    const __m512i first_half = _mm512_cvtps_epi32(low * factor);
    const __m512i second_half = _mm512_cvtps_epi32(high * factor);
    int32_t sums[2] = {_mm512_reduce_add_epi32(first_half), _mm512_reduce_add_epi32(second_half)};
    if (format_.parts == 1) sums[0] += sums[1];

    const auto put = [&](int64_t at, auto value) {
      std::memcpy(block + (at * width + place) * sizeof(value), &value, sizeof(value));
    };
    put(0, scale);
    for (int part = 0; part < format_.parts; ++part) {
      if (format_.bias == ColumnBias::kOffset) {
        put(1 + part, sums[part] * -format_.offset);
      } else {
        put(1 + part, static_cast<float>(sums[part]) * scale);
      }
    }
    char* to = block + width * format_.header_bytes() + place * kBlock;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtsepi32_epi8(first_half));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), _mm512_cvtsepi32_epi8(second_half));
  }
}

}  // namespace abstractllm
#endif
