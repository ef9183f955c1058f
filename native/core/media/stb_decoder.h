// The decoder in the engine's tree (stb_image), within a bound of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "media/byte_span.h"

namespace abstractllm {

struct StbFree {
  void operator()(uint8_t* pixels) const;
};

struct StbPicture {
  int32_t width = 0;
  int32_t height = 0;
  int32_t channels = 0;                      // 1 grey, 2 with alpha, 3 colours, 4 with alpha
  std::unique_ptr<uint8_t, StbFree> pixels;  // 8 bits per channel; null if it failed
  std::string failure;                       // the decoder's words
};

// `memory_bytes`: what it may allocate at a time, the picture included.
// Thread: any. Throws std::bad_alloc only.
StbPicture DecodeWithStb(ByteSpan file, size_t memory_bytes);

}  // namespace abstractllm
