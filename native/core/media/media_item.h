// One picture or sound on its way through the encoder, shared by all who show it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/media_key.h"
#include "media/media_keys.h"
#include "media/processed_media.h"

namespace abstractllm {

// Of one tile: tokens times the encoder's embedding size, row by row.
using Embeddings = std::shared_ptr<const std::vector<float>>;

// One tile of an item, in both of its forms.
struct MediaTile {
  int32_t tokens = 0;
  // Of the grid of positions; 0 for positions like those of text.
  int32_t columns = 0;
  int32_t rows = 0;
  // Null once it is encoded. The inference thread's.
  std::shared_ptr<const ImageTile> pixels;
  // Null until it is encoded. The inference thread's.
  Embeddings embeddings;
};

// Made on the text thread. Afterwards the tiles' pixels and embeddings are the inference
// thread's; the rest does not change.
struct MediaItem {
  MediaKey key{};
  MediaIdsPtr ids;  // of all tiles, in their order
  std::vector<LayoutPiece> layout;
  std::vector<MediaTile> tiles;
  int32_t tokens = 0;  // of all tiles
};

using MediaItemPtr = std::shared_ptr<MediaItem>;

}  // namespace abstractllm
