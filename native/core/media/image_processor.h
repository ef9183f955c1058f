// Pictures as a vision encoder takes them, by the model's ImageSpec: what the processor of
// the same model in transformers computes, bit for bit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cancel.h"
#include "media/image.h"
#include "media/image_spec.h"
#include "status.h"

namespace abstractllm {

// One input of the encoder: rows of red, green, blue, normalised.
struct ImageTile {
  int32_t width = 0;
  int32_t height = 0;
  std::vector<float> rgb;
};

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

// Thread: any. `cancel` may be null.
// Errors: kUnsupportedModel as CheckImageSpec, kMedia for pictures that the model cannot take
// (too narrow, without pixels), kResource without memory, kAborted.
Result<ProcessedImage> ProcessImage(const ImageSpec& spec, const Image& image,
                                    const CancelToken* cancel);

}  // namespace abstractllm
