// Resizing as Pillow does it, bit for bit: two passes over 8-bit channels in fixed point.
#pragma once

#include <cstdint>

#include "cancel.h"
#include "media/image.h"
#include "media/resize_weights.h"
#include "status.h"

namespace abstractllm {

// Only the part `region` of the picture resized to width x height: memory and time are
// bounded by it and by the source, however large the whole would be.
// Sides from 1; `region` inside the whole. Thread: any. Looks at `cancel` (may be null)
// between rows. Errors: kAborted. Throws std::bad_alloc only.
Result<Image> ResizeRegion(const Image& image, int32_t width, int32_t height,
                           const ImageRect& region, ResizeFilter filter, const CancelToken* cancel);

inline Result<Image> Resize(const Image& image, int32_t width, int32_t height, ResizeFilter filter,
                            const CancelToken* cancel) {
  return ResizeRegion(image, width, height, {0, 0, width, height}, filter, cancel);
}

}  // namespace abstractllm
