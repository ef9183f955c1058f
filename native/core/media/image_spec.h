// What a model's vision encoder wants of a picture, as data. TypeScript makes it from the
// model's files (src/vision, src/native/image-spec.ts); image_processor carries it out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "media/resize_weights.h"
#include "status.h"

namespace abstractllm {

enum class ImageResizeRule {
  kStretch,       // to width x height
  kShortestEdge,  // the shorter side to `edge`, the other in proportion
  kLongestEdge,   // the longer side to `edge`, the other in proportion and even; up to `limit`
  kPixelRange,    // in proportion to multiples of `factor` with min_pixels to max_pixels
  kFitWithin,     // into width x height where larger, then up to multiples of `factor`
};

struct ImageResize {
  ImageResizeRule rule = ImageResizeRule::kStretch;
  int32_t width = 0;
  int32_t height = 0;
  int32_t edge = 0;
  int32_t limit = 0;  // 0: none
  int32_t factor = 0;
  int64_t min_pixels = 0;
  int64_t max_pixels = 0;
};

enum class ImageTilingRule {
  kNone,
  // The resized picture stretched to multiples of the tile and cut; then the whole in one tile.
  // A picture of one tile is that tile.
  kMultiples,
  // The grid of min_tiles to max_tiles that is closest in shape; the picture stretched to it
  // and cut; then the whole in one tile, if `overview`. The picture is not resized before.
  kClosestGrid,
};

struct ImageTiling {
  ImageTilingRule rule = ImageTilingRule::kNone;
  int32_t tile_width = 0;
  int32_t tile_height = 0;
  bool split = true;     // kMultiples: false leaves the whole in one tile only
  bool overview = true;  // kClosestGrid: the whole, behind more than one tile
  int32_t min_tiles = 1;
  int32_t max_tiles = 1;
};

struct ImageSize {
  int32_t width = 0;
  int32_t height = 0;
};

struct ImageAround {
  std::string before;
  std::string after;
};

// Text with special tokens around the embeddings. {row} and {column}, from 1, are replaced.
struct ImageLayout {
  ImageAround picture;   // around all of it
  ImageAround single;    // around the only tile
  ImageAround tile;      // around each tile of a grid
  std::string row_end;   // behind each row of a grid
  ImageAround overview;  // around the whole, behind a grid
};

struct ImageSpec {
  // What a chat template writes for a picture; the layout takes its place.
  std::string placeholder;
  // What templates that know pictures write around it; for those that do not.
  ImageAround surround;

  // Made square with this colour before anything else.
  std::optional<std::array<uint8_t, 3>> square_color;
  ResizeFilter filter = ResizeFilter::kBicubic;
  ImageResize resize;
  // The middle, over black where the picture is smaller.
  std::optional<ImageSize> crop;
  ImageTiling tiling;

  // (byte * rescale - mean) / deviation, for red, green and blue.
  double rescale = 1.0 / 255;
  std::array<float, 3> mean{};
  std::array<float, 3> deviation{1, 1, 1};

  ImageLayout layout;
};

// More pixels than this are not made of a picture, tiles together.
constexpr int64_t kMaxProcessedPixels = int64_t{1} << 25;
// Nor more tiles: each costs the encoder a call.
constexpr int32_t kMaxTiles = 256;

// Whether ProcessImage can follow it: sizes in range, divisors not zero.
// Errors: kUnsupportedModel, naming the setting.
Status CheckImageSpec(const ImageSpec& spec);

}  // namespace abstractllm
