// What comes out of reading a picture or a sound, before the encoder has seen it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/image_tile.h"

namespace abstractllm {

// Special tokens' text, or the embeddings of tiles[tile].
struct LayoutPiece {
  std::string text;
  int32_t tile = -1;  // -1: text
};

// What takes the place of the placeholder. Two texts never follow one another.
struct ProcessedImage {
  std::vector<ImageTile> tiles;
  std::vector<LayoutPiece> layout;
};

}  // namespace abstractllm
