// The text around a picture's tiles.
#pragma once

#include <cstdint>
#include <vector>

#include "media/image_processor.h"

namespace abstractllm {

// `grid` of one tile or none: `single`. Otherwise rows x columns tiles, and one more if
// `overview`. Tiles count from 0 in the order of the layout.
std::vector<LayoutPiece> MakeImageLayout(const ImageLayout& layout, ImageSize grid, bool overview);

}  // namespace abstractllm
