// A decoded picture, as everything behind the decoder sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace abstractllm {

// Three bytes per pixel, red first; rows from the top, without gaps.
struct Image {
  int32_t width = 0;
  int32_t height = 0;
  std::vector<uint8_t> rgb;

  static Image Blank(int32_t width, int32_t height) {
    Image image{width, height, {}};
    image.rgb.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
    return image;
  }
  size_t row_bytes() const { return static_cast<size_t>(width) * 3; }
  const uint8_t* Row(int32_t y) const { return rgb.data() + static_cast<size_t>(y) * row_bytes(); }
  uint8_t* Row(int32_t y) { return rgb.data() + static_cast<size_t>(y) * row_bytes(); }
};

// A part of a picture, in pixels.
struct ImageRect {
  int32_t left = 0;
  int32_t top = 0;
  int32_t width = 0;
  int32_t height = 0;
};

}  // namespace abstractllm
