// The sizes that processors compute, with their roundings.
#pragma once

#include <cstdint>

#include "media/image_spec.h"
#include "status.h"

namespace abstractllm {

// The size after `resize`, which CheckImageSpec has found sound; sides from 1.
// Errors: kMedia for pictures so narrow that no size fits.
Result<ImageSize> SizeAfterResize(const ImageResize& resize, ImageSize size);

// kMultiples: the next multiples of the tile that keep the shape, almost.
ImageSize SizeOfMultiples(const ImageTiling& tiling, ImageSize size);

// kClosestGrid: columns and rows.
ImageSize ClosestGrid(const ImageTiling& tiling, ImageSize size);

}  // namespace abstractllm
