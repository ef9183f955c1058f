// What encoders of pictures and sounds take.
#pragma once

#include <cstdint>
#include <vector>

#include "media/media_input.h"

namespace abstractllm {

// A picture, or a part of one, as its model's processor leaves it: rows of RGB, normalised.
// Of a sound it is a piece of the spectrogram: a row for each band, a column for each frame.
struct ImageTile {
  int32_t width = 0;
  int32_t height = 0;
  std::vector<float> rgb;  // width * height * 3; of a sound, width * height
  MediaKind kind = MediaKind::kImage;
};

}  // namespace abstractllm
