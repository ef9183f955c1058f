#include "media/image_size.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace abstractllm {
namespace {

// Beyond it, Qwen's processor refuses.
constexpr double kMaxAspect = 200;

Status TooNarrow(ImageSize size) {
  return Status::Error(Code::kMedia,
                       "The picture has " + std::to_string(size.width) + " x " +
                           std::to_string(size.height) +
                           " pixels, which is too narrow for the model.",
                       {{"width", int64_t{size.width}}, {"height", int64_t{size.height}}});
}

// Also keeps sides within what 32 bits hold.
Result<ImageSize> Checked(double width, double height, ImageSize original) {
  if (width * height > 1e12 || std::max(width, height) > INT32_MAX) return TooNarrow(original);
  return ImageSize{std::max(static_cast<int32_t>(width), 1),
                   std::max(static_cast<int32_t>(height), 1)};
}

double RoundUp(double side, double factor) { return std::ceil(side / factor) * factor; }

Result<ImageSize> ShortestEdge(int32_t edge, ImageSize size) {
  const double shorter = std::min(size.width, size.height);
  const double longer =
      std::trunc(static_cast<double>(int64_t{edge} * std::max(size.width, size.height)) / shorter);
  return size.width <= size.height ? Checked(edge, longer, size) : Checked(longer, edge, size);
}

// The shorter side of a picture whose longer one becomes `edge`.
int32_t InProportion(int32_t edge, ImageSize size) {
  const double aspect = static_cast<double>(size.width) / size.height;
  return static_cast<int32_t>(size.width >= size.height ? edge / aspect : edge * aspect);
}

ImageSize LongestEdge(const ImageResize& resize, ImageSize size) {
  const bool wide = size.width >= size.height;
  int32_t other = InProportion(resize.edge, size);
  other = std::max(other + other % 2, 1);
  ImageSize result = wide ? ImageSize{resize.edge, other} : ImageSize{other, resize.edge};
  if (resize.limit != 0 && std::max(result.width, result.height) > resize.limit) {
    const int32_t limited = std::max(InProportion(resize.limit, result), 1);
    result = result.width >= result.height ? ImageSize{resize.limit, limited}
                                           : ImageSize{limited, resize.limit};
  }
  return result;
}

Result<ImageSize> PixelRange(const ImageResize& resize, ImageSize size) {
  const double width = size.width;
  const double height = size.height;
  const double factor = resize.factor;
  if (std::max(width, height) / std::min(width, height) > kMaxAspect) return TooNarrow(size);
  // Halves go to the even neighbour, as in Python.
  double new_width = std::nearbyint(width / factor) * factor;
  double new_height = std::nearbyint(height / factor) * factor;
  const double pixels = new_width * new_height;
  if (pixels > static_cast<double>(resize.max_pixels)) {
    const double beta = std::sqrt(width * height / static_cast<double>(resize.max_pixels));
    new_width = std::max(factor, std::floor(width / beta / factor) * factor);
    new_height = std::max(factor, std::floor(height / beta / factor) * factor);
  } else if (pixels < static_cast<double>(resize.min_pixels)) {
    const double beta = std::sqrt(static_cast<double>(resize.min_pixels) / (width * height));
    new_width = RoundUp(width * beta, factor);
    new_height = RoundUp(height * beta, factor);
  }
  return Checked(new_width, new_height, size);
}

ImageSize FitWithin(const ImageResize& resize, ImageSize size) {
  double width = size.width;
  double height = size.height;
  const double ratio = std::max(height / resize.height, width / resize.width);
  if (ratio > 1) {
    width = std::max(std::floor(width / ratio), 1.0);
    height = std::max(std::floor(height / ratio), 1.0);
  }
  return {static_cast<int32_t>(RoundUp(width, resize.factor)),
          static_cast<int32_t>(RoundUp(height, resize.factor))};
}

}  // namespace

Result<ImageSize> SizeAfterResize(const ImageResize& resize, ImageSize size) {
  switch (resize.rule) {
    case ImageResizeRule::kStretch:
      break;
    case ImageResizeRule::kShortestEdge:
      return ShortestEdge(resize.edge, size);
    case ImageResizeRule::kLongestEdge:
      return LongestEdge(resize, size);
    case ImageResizeRule::kPixelRange:
      return PixelRange(resize, size);
    case ImageResizeRule::kFitWithin:
      return FitWithin(resize, size);
  }
  return ImageSize{resize.width, resize.height};
}

ImageSize SizeOfMultiples(const ImageTiling& tiling, ImageSize size) {
  const double aspect = static_cast<double>(size.width) / size.height;
  double width = size.width;
  double height = size.height;
  if (width >= height) {
    width = RoundUp(width, tiling.tile_width);
    height = RoundUp(std::trunc(width / aspect), tiling.tile_height);
  } else {
    height = RoundUp(height, tiling.tile_height);
    width = RoundUp(std::trunc(height * aspect), tiling.tile_width);
  }
  // Of a line of pixels nothing may be left after rounding down.
  return {std::max(static_cast<int32_t>(width), tiling.tile_width),
          std::max(static_cast<int32_t>(height), tiling.tile_height)};
}

ImageSize ClosestGrid(const ImageTiling& tiling, ImageSize size) {
  const double aspect = static_cast<double>(size.width) / size.height;
  const double area = static_cast<double>(size.width) * size.height;
  const double tile_area = static_cast<double>(tiling.tile_width) * tiling.tile_height;
  double best = std::numeric_limits<double>::infinity();
  ImageSize grid{1, 1};
  // By their number, then by their columns: of equals the last counts, if it is not more
  // than twice as large as the picture.
  for (int32_t tiles = tiling.min_tiles; tiles <= tiling.max_tiles; ++tiles) {
    for (int32_t columns = 1; columns <= tiles; ++columns) {
      if (tiles % columns != 0) continue;
      const int32_t rows = tiles / columns;
      const double difference = std::fabs(aspect - static_cast<double>(columns) / rows);
      if (difference < best || (difference == best && area > 0.5 * tile_area * tiles)) {
        best = difference;
        grid = {columns, rows};
      }
    }
  }
  return grid;
}

}  // namespace abstractllm
