#include "convert_image_spec.h"

#include <cmath>

#include "js_fields.h"

namespace abstractllm {
namespace {

constexpr Named<ResizeFilter> kFilters[] = {
    {"nearest", ResizeFilter::kNearest},   {"box", ResizeFilter::kBox},
    {"bilinear", ResizeFilter::kBilinear}, {"hamming", ResizeFilter::kHamming},
    {"bicubic", ResizeFilter::kBicubic},   {"lanczos", ResizeFilter::kLanczos}};

constexpr Named<ImageResizeRule> kResizeRules[] = {
    {"stretch", ImageResizeRule::kStretch},
    {"shortest-edge", ImageResizeRule::kShortestEdge},
    {"longest-edge", ImageResizeRule::kLongestEdge},
    {"pixel-range", ImageResizeRule::kPixelRange},
    {"fit-within", ImageResizeRule::kFitWithin}};

constexpr Named<ImageTilingRule> kTilingRules[] = {{"multiples", ImageTilingRule::kMultiples},
                                                   {"closest-grid", ImageTilingRule::kClosestGrid}};

// Whole numbers that 32 bits hold; 0 when left out.
int32_t Whole(const Napi::Object& object, const char* name) {
  if (object.Get(name).IsUndefined()) return 0;
  const double number = NumberField(object, name);
  if (!(number >= 0 && number <= INT32_MAX) || number != std::floor(number)) {
    ThrowType(object.Env(), name, "an integer from 0");
  }
  return static_cast<int32_t>(number);
}

std::array<double, 3> Triple(const Napi::Object& object, const char* name) {
  const Napi::Array array = ArrayField(object, name);
  if (array.Length() != 3) ThrowType(object.Env(), name, "an array of three numbers");
  std::array<double, 3> numbers{};
  for (uint32_t i = 0; i < 3; ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsNumber()) ThrowType(object.Env(), name, "an array of three numbers");
    numbers[i] = item.As<Napi::Number>().DoubleValue();
  }
  return numbers;
}

std::array<float, 3> Floats(const Napi::Object& object, const char* name) {
  const std::array<double, 3> numbers = Triple(object, name);
  return {static_cast<float>(numbers[0]), static_cast<float>(numbers[1]),
          static_cast<float>(numbers[2])};
}

std::array<uint8_t, 3> Color(const Napi::Object& object, const char* name) {
  std::array<uint8_t, 3> color{};
  const std::array<double, 3> numbers = Triple(object, name);
  for (size_t c = 0; c < 3; ++c) {
    if (!(numbers[c] >= 0 && numbers[c] <= 255)) {
      ThrowType(object.Env(), name, "an array of three numbers from 0 to 255");
    }
    color[c] = static_cast<uint8_t>(numbers[c]);
  }
  return color;
}

ImageSize Size(const Napi::Object& object, const char* name) {
  const Napi::Object size = ObjectField(object, name);
  return {Whole(size, "width"), Whole(size, "height")};
}

ImageAround Around(const Napi::Object& object, const char* name) {
  const Napi::Object around = ObjectField(object, name);
  return {StringField(around, "before"), StringField(around, "after")};
}

ImageResize ResizeOf(const Napi::Object& object) {
  ImageResize resize;
  resize.rule = NamedField(object, "rule", kResizeRules);
  resize.width = Whole(object, "width");
  resize.height = Whole(object, "height");
  resize.edge = Whole(object, "edge");
  resize.limit = Whole(object, "limit");
  resize.factor = Whole(object, "factor");
  resize.min_pixels = Whole(object, "minPixels");
  resize.max_pixels = Whole(object, "maxPixels");
  return resize;
}

ImageTiling TilingOf(const Napi::Object& object) {
  ImageTiling tiling;
  tiling.rule = NamedField(object, "rule", kTilingRules);
  const ImageSize tile = Size(object, "tile");
  tiling.tile_width = tile.width;
  tiling.tile_height = tile.height;
  tiling.split = OptionalBoolField(object, "split");
  tiling.overview = OptionalBoolField(object, "overview");
  tiling.min_tiles = Whole(object, "minTiles");
  tiling.max_tiles = Whole(object, "maxTiles");
  return tiling;
}

ImageLayout LayoutOf(const Napi::Object& object) {
  ImageLayout layout;
  layout.picture = Around(object, "picture");
  layout.single = Around(object, "single");
  layout.tile = Around(object, "tile");
  layout.row_end = StringField(object, "rowEnd");
  layout.overview = Around(object, "overview");
  return layout;
}

}  // namespace

ImageSpec ImageSpecFromJs(const Napi::Object& object) {
  ImageSpec spec;
  spec.placeholder = StringField(object, "placeholder");
  spec.surround = Around(object, "surround");
  if (!object.Get("squareColor").IsUndefined()) spec.square_color = Color(object, "squareColor");
  spec.filter = NamedField(object, "filter", kFilters);
  spec.resize = ResizeOf(ObjectField(object, "resize"));
  if (!object.Get("crop").IsUndefined()) spec.crop = Size(object, "crop");
  if (!object.Get("tiling").IsUndefined()) spec.tiling = TilingOf(ObjectField(object, "tiling"));
  spec.rescale = NumberField(object, "rescale");
  spec.mean = Floats(object, "mean");
  spec.deviation = Floats(object, "deviation");
  spec.layout = LayoutOf(ObjectField(object, "layout"));
  return spec;
}

}  // namespace abstractllm
