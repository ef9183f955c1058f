// What a vision encoder takes.
#pragma once

#include <cstdint>
#include <vector>

namespace abstractllm {

// A picture, or a part of one, as its model's processor leaves it: rows of RGB, normalised.
struct ImageTile {
  int32_t width = 0;
  int32_t height = 0;
  std::vector<float> rgb;  // width * height * 3
};

}  // namespace abstractllm
