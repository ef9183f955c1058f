#include "media/resize.h"

#include <algorithm>
#include <cstring>

namespace abstractllm {
namespace {

uint8_t ToByte(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255)); }

Result<Image> Cut(const Image& image, const ImageRect& region) {
  Image part = Image::Blank(region.width, region.height);
  for (int32_t y = 0; y < region.height; ++y) {
    std::memcpy(part.Row(y), image.Row(region.top + y) + size_t{3} * region.left, part.row_bytes());
  }
  return part;
}

// Rows [first, first + rows) of `image`, each resized to the region's columns.
Result<Image> ResizeRows(const Image& image, const ResizeWeights& columns, int32_t first,
                         int32_t rows, const CancelToken* cancel) {
  Image result = Image::Blank(static_cast<int32_t>(columns.begin.size()), rows);
  for (int32_t y = 0; y < rows; ++y) {
    if (IsCancelled(cancel)) return Status::Aborted();
    const uint8_t* const row = image.Row(first + y);
    uint8_t* to = result.Row(y);
    for (size_t x = 0; x < columns.begin.size(); ++x, to += 3) {
      const uint8_t* from = row + size_t{3} * columns.begin[x];
      const int32_t* const weights = columns.Of(x);
      int32_t red = kWeightHalf;
      int32_t green = kWeightHalf;
      int32_t blue = kWeightHalf;
      for (int32_t k = 0; k < columns.count[x]; ++k, from += 3) {
        red += from[0] * weights[k];
        green += from[1] * weights[k];
        blue += from[2] * weights[k];
      }
      to[0] = ToByte(red);
      to[1] = ToByte(green);
      to[2] = ToByte(blue);
    }
  }
  return result;
}

// `image` begins at the source's row `first`.
Result<Image> ResizeColumns(const Image& image, const ResizeWeights& rows, int32_t first,
                            const CancelToken* cancel) {
  Image result = Image::Blank(image.width, static_cast<int32_t>(rows.begin.size()));
  std::vector<int32_t> sums(image.row_bytes());
  for (size_t y = 0; y < rows.begin.size(); ++y) {
    if (IsCancelled(cancel)) return Status::Aborted();
    std::fill(sums.begin(), sums.end(), kWeightHalf);
    for (int32_t k = 0; k < rows.count[y]; ++k) {
      const int32_t weight = rows.Of(y)[k];
      const uint8_t* const from = image.Row(rows.begin[y] - first + k);
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += from[i] * weight;
    }
    uint8_t* const to = result.Row(static_cast<int32_t>(y));
    for (size_t i = 0; i < sums.size(); ++i) to[i] = ToByte(sums[i]);
  }
  return result;
}

// The source pixel of each pixel in [first, first + count). Positions are added up, not
// multiplied: Pillow rounds so.
std::vector<int32_t> NearestPixels(int32_t source, int32_t target, int32_t first, int32_t count) {
  std::vector<int32_t> pixels;
  const double step = static_cast<double>(source) / target;
  double at = step * 0.5;
  for (int32_t i = 0; i < first + count; ++i, at += step) {
    if (i >= first) pixels.push_back(std::min(static_cast<int32_t>(at), source - 1));
  }
  return pixels;
}

Image PickNearest(const Image& image, int32_t width, int32_t height, const ImageRect& region) {
  const auto columns = NearestPixels(image.width, width, region.left, region.width);
  const auto rows = NearestPixels(image.height, height, region.top, region.height);
  Image result = Image::Blank(region.width, region.height);
  uint8_t* to = result.rgb.data();
  for (const int32_t y : rows) {
    const uint8_t* const row = image.Row(y);
    for (const int32_t x : columns) {
      std::memcpy(to, row + size_t{3} * x, 3);
      to += 3;
    }
  }
  return result;
}

}  // namespace

Result<Image> ResizeRegion(const Image& image, int32_t width, int32_t height,
                           const ImageRect& region, ResizeFilter filter,
                           const CancelToken* cancel) {
  if (image.width == width && image.height == height) return Cut(image, region);
  if (filter == ResizeFilter::kNearest) return PickNearest(image, width, height, region);
  const ResizeWeights rows =
      MakeResizeWeights(filter, image.height, height, region.top, region.height);
  // Pillow leaves a pass out where the side stays as it is.
  const bool same_height = image.height == height;
  const int32_t first = same_height ? region.top : rows.begin.front();
  const int32_t end =
      same_height ? region.top + region.height : rows.begin.back() + rows.count.back();
  Result<Image> wide =
      image.width == width
          ? Cut(image, {region.left, first, region.width, end - first})
          : ResizeRows(image,
                       MakeResizeWeights(filter, image.width, width, region.left, region.width),
                       first, end - first, cancel);
  if (!wide.ok() || same_height) return wide;
  return ResizeColumns(wide.value(), rows, first, cancel);
}

}  // namespace abstractllm
