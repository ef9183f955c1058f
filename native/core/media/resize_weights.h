// How much each source pixel of a line counts in each pixel of the resized line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace abstractllm {

// Names and shapes are Pillow's.
enum class ResizeFilter { kNearest, kBox, kBilinear, kHamming, kBicubic, kLanczos };

// Of the pixels [first, first + count) of a line that is resized. Fixed point with
// kWeightBits behind the point, as Pillow computes it for 8-bit channels: sums that begin at
// kWeightHalf and are cut to a byte are bit for bit Pillow's.
struct ResizeWeights {
  std::vector<int32_t> begin;  // the first source pixel of each
  std::vector<int32_t> count;  // how many
  std::vector<int32_t> weights;
  size_t stride = 0;  // weights per pixel

  const int32_t* Of(size_t pixel) const { return weights.data() + pixel * stride; }
};

constexpr int kWeightBits = 22;
constexpr int32_t kWeightHalf = 1 << (kWeightBits - 1);

// From a line of `source` pixels to one of `target`; both from 1, [first, first + count) inside
// the target. Not for kNearest. Throws std::bad_alloc only.
ResizeWeights MakeResizeWeights(ResizeFilter filter, int32_t source, int32_t target, int32_t first,
                                int32_t count);

}  // namespace abstractllm
