#include "media/image_spec.h"

#include <cmath>

namespace abstractllm {
namespace {

constexpr int32_t kMaxSide = 16384;

Status Unusable(const std::string& setting, const std::string& allowed) {
  return Status::Error(Code::kUnsupportedModel,
                       "The model's settings for pictures cannot be followed: " + setting +
                           " has to be " + allowed + ".",
                       {{"setting", setting}});
}

bool IsSide(int64_t side) { return side >= 1 && side <= kMaxSide; }

Status CheckResize(const ImageResize& resize) {
  const std::string side = "from 1 to " + std::to_string(kMaxSide);
  switch (resize.rule) {
    case ImageResizeRule::kFitWithin:
      if (!IsSide(resize.factor)) return Unusable("factor", side);
      [[fallthrough]];
    case ImageResizeRule::kStretch:
      if (!IsSide(resize.width)) return Unusable("width", side);
      if (!IsSide(resize.height)) return Unusable("height", side);
      break;
    case ImageResizeRule::kShortestEdge:
      if (!IsSide(resize.edge)) return Unusable("edge", side);
      break;
    case ImageResizeRule::kLongestEdge:
      if (!IsSide(resize.edge)) return Unusable("edge", side);
      if (resize.limit != 0 && !IsSide(resize.limit)) return Unusable("limit", side);
      break;
    case ImageResizeRule::kPixelRange:
      if (!IsSide(resize.factor)) return Unusable("factor", side);
      if (resize.min_pixels < 1 || resize.min_pixels > kMaxProcessedPixels) {
        return Unusable("min_pixels", "from 1 to " + std::to_string(kMaxProcessedPixels));
      }
      if (resize.max_pixels < resize.min_pixels || resize.max_pixels > kMaxProcessedPixels) {
        return Unusable("max_pixels", "from min_pixels to " + std::to_string(kMaxProcessedPixels));
      }
      break;
  }
  return Status::Ok();
}

Status CheckTiling(const ImageTiling& tiling) {
  if (tiling.rule == ImageTilingRule::kNone) return Status::Ok();
  if (!IsSide(tiling.tile_width) || !IsSide(tiling.tile_height)) {
    return Unusable("tile", "from 1 to " + std::to_string(kMaxSide) + " in width and height");
  }
  if (tiling.rule != ImageTilingRule::kClosestGrid) return Status::Ok();
  if (tiling.min_tiles < 1 || tiling.min_tiles > tiling.max_tiles) {
    return Unusable("min_tiles", "from 1 to max_tiles");
  }
  if (tiling.max_tiles > kMaxTiles) {
    return Unusable("max_tiles", "at most " + std::to_string(kMaxTiles));
  }
  return Status::Ok();
}

}  // namespace

Status CheckImageSpec(const ImageSpec& spec) {
  if (spec.tiling.rule != ImageTilingRule::kClosestGrid) {
    const Status resize = CheckResize(spec.resize);
    if (!resize.ok()) return resize;
  }
  if (spec.crop && (!IsSide(spec.crop->width) || !IsSide(spec.crop->height))) {
    return Unusable("crop", "from 1 to " + std::to_string(kMaxSide) + " in width and height");
  }
  const Status tiling = CheckTiling(spec.tiling);
  if (!tiling.ok()) return tiling;
  if (!std::isfinite(spec.rescale)) return Unusable("rescale", "a finite number");
  for (size_t c = 0; c < 3; ++c) {
    if (!std::isfinite(spec.mean[c])) return Unusable("mean", "three finite numbers");
    if (!std::isfinite(spec.deviation[c]) || spec.deviation[c] == 0) {
      return Unusable("deviation", "three numbers other than 0");
    }
  }
  return Status::Ok();
}

}  // namespace abstractllm
