#include <algorithm>

#include "check.h"
#include "image_builder.h"
#include "media/resize.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr ResizeFilter kFilters[] = {ResizeFilter::kNearest,  ResizeFilter::kBox,
                                     ResizeFilter::kBilinear, ResizeFilter::kHamming,
                                     ResizeFilter::kBicubic,  ResizeFilter::kLanczos};

bool Holds(const Image& whole, const ImageRect& rect, const Image& part) {
  if (part.width != rect.width || part.height != rect.height) return false;
  for (int32_t y = 0; y < rect.height; ++y) {
    const uint8_t* row = whole.Row(rect.top + y) + size_t{3} * static_cast<size_t>(rect.left);
    if (!std::equal(row, row + part.row_bytes(), part.Row(y))) return false;
  }
  return true;
}

}  // namespace

TEST("media_resize: a part is what the whole has there") {
  const Image image = NoisePicture(37, 23);
  const ImageRect sizes[] = {{0, 0, 37, 23}, {0, 0, 10, 60}, {0, 0, 80, 9}, {0, 0, 37, 11}};
  for (const ResizeFilter filter : kFilters) {
    for (const ImageRect& size : sizes) {
      const Result<Image> whole = Resize(image, size.width, size.height, filter, nullptr);
      REQUIRE(whole.ok());
      const ImageRect rects[] = {{0, 0, 1, 1},
                                 {size.width - 1, size.height - 1, 1, 1},
                                 {3, 2, size.width - 5, size.height - 4}};
      for (const ImageRect& rect : rects) {
        const Result<Image> part =
            ResizeRegion(image, size.width, size.height, rect, filter, nullptr);
        REQUIRE(part.ok());
        CHECK(Holds(whole.value(), rect, part.value()));
      }
    }
  }
}

TEST("media_resize: one colour stays that colour") {
  Image image = Image::Blank(31, 17);
  for (size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<uint8_t>(50 + i % 3);
  for (const ResizeFilter filter : kFilters) {
    for (const int32_t side : {1, 5, 200}) {
      const Result<Image> resized = Resize(image, side, side, filter, nullptr);
      REQUIRE(resized.ok());
      for (size_t i = 0; i < resized.value().rgb.size(); ++i) {
        CHECK_EQ(int{resized.value().rgb[i]}, static_cast<int>(50 + i % 3));
      }
    }
  }
}

TEST("media_resize: a part of something immense is cheap") {
  // Of the whole, this would be 60 gigabytes.
  const Image image = NoisePicture(1, 60000);
  const Result<Image> part = ResizeRegion(image, 600, 36'000'000, {0, 18'000'000, 600, 600},
                                          ResizeFilter::kBicubic, nullptr);
  REQUIRE(part.ok());
  CHECK_EQ(part.value().rgb.size(), size_t{600} * 600 * 3);
}

TEST("media_resize: it stops when it is told to") {
  CancelToken cancel;
  cancel.Cancel();
  const Result<Image> resized =
      Resize(NoisePicture(50, 50), 20, 20, ResizeFilter::kBilinear, &cancel);
  REQUIRE(!resized.ok());
  CHECK(resized.status().code == Code::kAborted);
}
