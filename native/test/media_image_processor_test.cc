#include <cmath>
#include <limits>
#include <string>

#include "check.h"
#include "failing_new.h"
#include "image_builder.h"
#include "media/image_layout.h"
#include "media/image_processor.h"
#include "media/image_size.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

ImageSpec Stretch(int32_t width, int32_t height) {
  ImageSpec spec;
  spec.resize.rule = ImageResizeRule::kStretch;
  spec.resize.width = width;
  spec.resize.height = height;
  return spec;
}

ImageSpec CropOfShortestEdge(int32_t edge) {
  ImageSpec spec;
  spec.resize.rule = ImageResizeRule::kShortestEdge;
  spec.resize.edge = edge;
  spec.crop = ImageSize{edge, edge};
  return spec;
}

ImageTiling Tiles(ImageTilingRule rule, int32_t side, int32_t min_tiles, int32_t max_tiles) {
  ImageTiling tiling;
  tiling.rule = rule;
  tiling.tile_width = tiling.tile_height = side;
  tiling.min_tiles = min_tiles;
  tiling.max_tiles = max_tiles;
  return tiling;
}

// "#" for each tile.
std::string TextOf(const std::vector<LayoutPiece>& layout) {
  std::string text;
  int32_t tiles = 0;
  for (const LayoutPiece& piece : layout) {
    if (piece.tile >= 0) CHECK_EQ(piece.tile, tiles++);
    text += piece.tile < 0 ? piece.text : "#";
  }
  return text;
}

std::string Setting(const ImageSpec& spec) {
  const Status status = CheckImageSpec(spec);
  if (status.ok()) return "";
  CHECK(status.code == Code::kUnsupportedModel);
  return std::get<std::string>(status.details.front().second);
}

}  // namespace

TEST("media_image_processor: texts stand around tiles, and never one behind another") {
  ImageLayout layout;
  layout.picture = {"<", ">"};
  layout.single = {"one:", ";"};
  layout.tile = {"[{row},{column}]", "!"};
  layout.row_end = "/";
  layout.overview = {"all:", "."};
  CHECK_EQ(TextOf(MakeImageLayout(layout, {1, 1}, false)), "<one:#;>");
  CHECK_EQ(TextOf(MakeImageLayout(layout, {1, 1}, true)), "<one:#;>");
  const std::vector<LayoutPiece> pieces = MakeImageLayout(layout, {2, 2}, true);
  CHECK_EQ(TextOf(pieces), "<[1,1]#![1,2]#!/[2,1]#![2,2]#!/all:#.>");
  for (size_t i = 1; i < pieces.size(); ++i) CHECK(pieces[i].tile >= 0 || pieces[i - 1].tile >= 0);
  CHECK_EQ(TextOf(MakeImageLayout({}, {3, 1}, false)), "###");
}

TEST("media_image_processor: bytes become rescaled and normalised numbers") {
  ImageSpec spec = Stretch(2, 1);
  spec.mean = {0.5f, 0.25f, 0.0f};
  spec.deviation = {0.5f, 0.25f, 2.0f};
  const Image image{2, 1, {0, 255, 51, 255, 0, 102}};
  const Result<ProcessedImage> processed = ProcessImage(spec, image, nullptr);
  REQUIRE(processed.ok());
  CHECK_EQ(processed.value().tiles.size(), 1u);
  const float expected[] = {-1.0f, 3.0f, 0.1f, 1.0f, -1.0f, 0.2f};
  for (size_t i = 0; i < 6; ++i) {
    CHECK(std::fabs(processed.value().tiles[0].rgb[i] - expected[i]) < 1e-6f);
  }
}

TEST("media_image_processor: the closest grid has the most tiles that still make sense") {
  const ImageTiling tiling = Tiles(ImageTilingRule::kClosestGrid, 100, 1, 6);
  const auto grid = [&](int32_t width, int32_t height) {
    const ImageSize size = ClosestGrid(tiling, {width, height});
    return std::to_string(size.width) + "x" + std::to_string(size.height);
  };
  CHECK_EQ(grid(100, 100), "1x1");
  CHECK_EQ(grid(300, 300), "2x2");
  CHECK_EQ(grid(300, 100), "3x1");
  CHECK_EQ(grid(1, 1000), "1x6");
  CHECK_EQ(grid(301, 200), "3x2");
}

TEST("media_image_processor: narrow pictures cost no more than others") {
  const Image image = NoisePicture(1, 100'000);
  const Result<ProcessedImage> cropped = ProcessImage(CropOfShortestEdge(336), image, nullptr);
  REQUIRE(cropped.ok());
  CHECK_EQ(cropped.value().tiles[0].rgb.size(), size_t{336} * 336 * 3);

  ImageSpec whole = CropOfShortestEdge(336);
  whole.crop.reset();
  const Result<ProcessedImage> refused = ProcessImage(whole, image, nullptr);
  REQUIRE(!refused.ok());
  CHECK(refused.status().code == Code::kMedia);
  CHECK(refused.status().message.find("1 x 100000") != std::string::npos);

  ImageSpec square = Stretch(10, 10);
  square.square_color = {1, 2, 3};
  CHECK(!ProcessImage(square, image, nullptr).ok());
  const Result<ProcessedImage> squared = ProcessImage(square, NoisePicture(3, 200), nullptr);
  CHECK(squared.ok());
}

TEST("media_image_processor: no picture becomes thousands of tiles") {
  ImageSpec spec = Stretch(640, 640);
  spec.tiling.rule = ImageTilingRule::kMultiples;
  spec.tiling.tile_width = 40;
  spec.tiling.tile_height = 40;
  const Image image = NoisePicture(64, 64);
  const Result<ProcessedImage> most = ProcessImage(spec, image, nullptr);
  REQUIRE(most.ok());
  CHECK_EQ(most.value().tiles.size(), size_t{257});
  spec.tiling.tile_width = 32;
  const Result<ProcessedImage> refused = ProcessImage(spec, image, nullptr);
  REQUIRE(!refused.ok());
  CHECK(refused.status().code == Code::kMedia);
}

TEST("media_image_processor: settings that cannot be followed are named") {
  const float kNan = std::numeric_limits<float>::quiet_NaN();
  CHECK_EQ(Setting(Stretch(64, 64)), "");
  CHECK_EQ(Setting(Stretch(0, 64)), "width");
  CHECK_EQ(Setting(Stretch(64, 20'000)), "height");
  CHECK_EQ(Setting(CropOfShortestEdge(0)), "edge");
  ImageSpec spec = Stretch(8, 8);
  spec.crop = ImageSize{0, 8};
  CHECK_EQ(Setting(spec), "crop");
  spec = Stretch(8, 8);
  spec.mean[1] = kNan;
  CHECK_EQ(Setting(spec), "mean");
  spec = Stretch(8, 8);
  spec.deviation[2] = 0;
  CHECK_EQ(Setting(spec), "deviation");
  spec = Stretch(8, 8);
  spec.rescale = kNan;
  CHECK_EQ(Setting(spec), "rescale");
  spec = Stretch(8, 8);
  spec.tiling = Tiles(ImageTilingRule::kMultiples, 0, 1, 1);
  CHECK_EQ(Setting(spec), "tile");
  spec.tiling = Tiles(ImageTilingRule::kClosestGrid, 8, 3, 2);
  CHECK_EQ(Setting(spec), "min_tiles");
  spec.tiling = Tiles(ImageTilingRule::kClosestGrid, 8, 1, 1000);
  CHECK_EQ(Setting(spec), "max_tiles");
  spec = Stretch(0, 0);
  spec.resize.rule = ImageResizeRule::kPixelRange;
  CHECK_EQ(Setting(spec), "factor");
  spec.resize.factor = 28;
  CHECK_EQ(Setting(spec), "min_pixels");
  spec.resize.min_pixels = 100;
  CHECK_EQ(Setting(spec), "max_pixels");
  const Result<ProcessedImage> processed = ProcessImage(spec, NoisePicture(2, 2), nullptr);
  REQUIRE(!processed.ok());
  CHECK(processed.status().code == Code::kUnsupportedModel);
}

TEST("media_image_processor: bytes that are not a picture are refused") {
  const Image wrong[] = {{0, 0, {}}, {2, 2, {1, 2, 3}}, {-1, -1, {1, 2, 3}}, {65536, 65536, {}}};
  for (const Image& image : wrong) {
    const Result<ProcessedImage> processed = ProcessImage(Stretch(4, 4), image, nullptr);
    REQUIRE(!processed.ok());
    CHECK(processed.status().code == Code::kMedia);
  }
}

TEST("media_image_processor: it stops when it is told to") {
  CancelToken cancel;
  cancel.Cancel();
  ImageSpec spec = Stretch(4, 4);
  spec.tiling = Tiles(ImageTilingRule::kClosestGrid, 8, 1, 4);
  for (const ImageSpec& each : {spec, Stretch(4, 4)}) {
    const Result<ProcessedImage> processed = ProcessImage(each, NoisePicture(40, 20), &cancel);
    REQUIRE(!processed.ok());
    CHECK(processed.status().code == Code::kAborted);
  }
}

TEST("media_image_processor: without memory, it fails as that") {
  ImageSpec spec = Stretch(4, 4);
  spec.tiling = Tiles(ImageTilingRule::kClosestGrid, 8, 1, 4);
  spec.layout.tile = {"a text that is longer than any string keeps in itself", ""};
  const Image image = NoisePicture(40, 20);
  for (int64_t count = 0;; ++count) {
    const FailingNew failing(count);
    const Result<ProcessedImage> processed = ProcessImage(spec, image, nullptr);
    if (!failing.failed()) {
      CHECK(processed.ok());
      CHECK(count > 0);
      break;
    }
    REQUIRE(!processed.ok());
    CHECK(processed.status().code == Code::kResource);
  }
}
