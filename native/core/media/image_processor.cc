#include "media/image_processor.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "media/image_layout.h"
#include "media/image_size.h"
#include "media/resize.h"

namespace abstractllm {
namespace {

Status TooNarrow(const Image& image, const char* purpose) {
  return Status::Error(Code::kMedia,
                       "The picture has " + std::to_string(image.width) + " x " +
                           std::to_string(image.height) + " pixels, which is too narrow " +
                           purpose + ".",
                       {{"width", int64_t{image.width}}, {"height", int64_t{image.height}}});
}

ImageSize SizeOf(const Image& image) { return {image.width, image.height}; }

void Paste(const Image& from, Image& to, int32_t left, int32_t top) {
  for (int32_t y = 0; y < from.height; ++y) {
    std::memcpy(to.Row(top + y) + size_t{3} * left, from.Row(y), from.row_bytes());
  }
}

// In the middle; what cannot be halved goes to the right and below.
Image MakeSquare(const Image& image, const std::array<uint8_t, 3>& color) {
  const int32_t side = std::max(image.width, image.height);
  Image square = Image::Blank(side, side);
  for (size_t i = 0; i < square.rgb.size(); i += 3) {
    std::memcpy(&square.rgb[i], color.data(), 3);
  }
  Paste(image, square, (side - image.width) / 2, (side - image.height) / 2);
  return square;
}

// Where the middle of `crop` pixels begins in a side, and how much of it there is.
struct Middle {
  int32_t from;    // in the picture
  int32_t to;      // in the crop
  int32_t length;  // of both

  Middle(int32_t side, int32_t crop)
      : from(std::max((side - crop) / 2, 0)),
        to(std::max((crop - side + 1) / 2, 0)),
        length(std::min(side, crop)) {}
};

class Processor {
 public:
  Processor(const ImageSpec& spec, const CancelToken* cancel) : spec_(spec), cancel_(cancel) {
    for (size_t c = 0; c < 3; ++c) {
      for (size_t byte = 0; byte < 256; ++byte) {
        const float scaled = static_cast<float>(static_cast<double>(byte) * spec.rescale);
        values_[c][byte] = (scaled - spec.mean[c]) / spec.deviation[c];
      }
    }
  }

  Result<ProcessedImage> Run(const Image& image) {
    if (!spec_.square_color || image.width == image.height) return Process(image);
    const int64_t side = std::max(image.width, image.height);
    if (side * side > kMaxSquarePixels) return TooNarrow(image, "to be made square");
    return Process(MakeSquare(image, *spec_.square_color));
  }

 private:
  static constexpr int64_t kMaxSquarePixels = int64_t{1} << 28;

  Result<ProcessedImage> Process(const Image& image) {
    if (spec_.tiling.rule == ImageTilingRule::kClosestGrid) return ClosestGridOf(image);
    const Result<ImageSize> size = SizeAfterResize(spec_.resize, SizeOf(image));
    if (!size.ok()) return size.status();
    const Result<Image> resized = ResizeAndCrop(image, size.value());
    if (!resized.ok()) return resized.status();
    if (spec_.tiling.rule == ImageTilingRule::kMultiples) return MultiplesOf(resized.value());
    Add(resized.value(), {0, 0, resized.value().width, resized.value().height});
    return Finish({1, 1}, false);
  }

  Result<Image> ResizeAndCrop(const Image& image, ImageSize size) const {
    const ImageSize shown = spec_.crop.value_or(size);
    if (int64_t{shown.width} * shown.height > kMaxProcessedPixels) {
      return TooNarrow(image, "for the model");
    }
    const Middle x(size.width, shown.width);
    const Middle y(size.height, shown.height);
    Result<Image> part = ResizeRegion(image, size.width, size.height,
                                      {x.from, y.from, x.length, y.length}, spec_.filter, cancel_);
    if (!part.ok() || (x.length == shown.width && y.length == shown.height)) return part;
    Image framed = Image::Blank(shown.width, shown.height);
    Paste(part.value(), framed, x.to, y.to);
    return framed;
  }

  Result<ProcessedImage> MultiplesOf(const Image& image) {
    const ImageTiling& tiling = spec_.tiling;
    if (!tiling.split) return Overview(image, {1, 1});
    const ImageSize size = SizeOfMultiples(tiling, SizeOf(image));
    const ImageSize grid = {size.width / tiling.tile_width, size.height / tiling.tile_height};
    const Result<Image> whole = Cut(image, grid);
    if (!whole.ok()) return whole.status();
    if (grid.width * grid.height == 1) return Finish(grid, false);
    return Overview(whole.value(), grid);
  }

  Result<ProcessedImage> ClosestGridOf(const Image& image) {
    const ImageSize grid = ClosestGrid(spec_.tiling, SizeOf(image));
    const Result<Image> whole = Cut(image, grid);
    if (!whole.ok()) return whole.status();
    if (!spec_.tiling.overview || grid.width * grid.height == 1) return Finish(grid, false);
    return Overview(image, grid);
  }

  // Stretches the picture over the grid and adds its tiles; returns what was cut.
  Result<Image> Cut(const Image& image, ImageSize grid) {
    const int32_t width = spec_.tiling.tile_width;
    const int32_t height = spec_.tiling.tile_height;
    if (int64_t{grid.width} * grid.height > kMaxTiles ||
        int64_t{grid.width} * width * grid.height * height > kMaxProcessedPixels) {
      return TooNarrow(image, "for the model");
    }
    Result<Image> whole =
        Resize(image, grid.width * width, grid.height * height, spec_.filter, cancel_);
    if (!whole.ok()) return whole;
    for (int32_t row = 0; row < grid.height; ++row) {
      for (int32_t column = 0; column < grid.width; ++column) {
        Add(whole.value(), {column * width, row * height, width, height});
      }
    }
    return whole;
  }

  Result<ProcessedImage> Overview(const Image& image, ImageSize grid) {
    const ImageTiling& tiling = spec_.tiling;
    const Result<Image> whole =
        Resize(image, tiling.tile_width, tiling.tile_height, spec_.filter, cancel_);
    if (!whole.ok()) return whole.status();
    Add(whole.value(), {0, 0, tiling.tile_width, tiling.tile_height});
    return Finish(grid, true);
  }

  void Add(const Image& image, const ImageRect& part) {
    ImageTile tile{part.width, part.height, {}};
    tile.rgb.resize(static_cast<size_t>(part.width) * static_cast<size_t>(part.height) * 3);
    float* to = tile.rgb.data();
    for (int32_t y = 0; y < part.height; ++y) {
      const uint8_t* from = image.Row(part.top + y) + size_t{3} * part.left;
      for (int32_t x = 0; x < part.width; ++x, from += 3, to += 3) {
        for (size_t c = 0; c < 3; ++c) to[c] = values_[c][from[c]];
      }
    }
    result_.tiles.push_back(std::move(tile));
  }

  Result<ProcessedImage> Finish(ImageSize grid, bool overview) {
    result_.layout = MakeImageLayout(spec_.layout, grid, overview);
    return std::move(result_);
  }

  const ImageSpec& spec_;
  const CancelToken* const cancel_;
  std::array<std::array<float, 256>, 3> values_;
  ProcessedImage result_;
};

}  // namespace

Result<ProcessedImage> ProcessImage(const ImageSpec& spec, const Image& image,
                                    const CancelToken* cancel) {
  try {
    const Status sound = CheckImageSpec(spec);
    if (!sound.ok()) return sound;
    const int64_t pixels = int64_t{image.width} * image.height;
    if (image.width < 1 || image.height < 1 ||
        static_cast<uint64_t>(pixels) * 3 != image.rgb.size()) {
      return Status::Error(Code::kMedia, "The picture's bytes are not its width x height x 3.");
    }
    return Processor(spec, cancel).Run(image);
  } catch (const std::bad_alloc&) {
    return Status::Error(Code::kResource, "There is not enough memory for the picture.");
  }
}

}  // namespace abstractllm
