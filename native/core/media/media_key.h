// What tells the content of pictures and sounds apart.
#pragma once

#include <array>
#include <cstdint>

#include "media/media_input.h"

namespace abstractllm {

// SHA-256 of the content: whoever sends pictures must not be able to make one that passes
// for another's.
using MediaKey = std::array<uint8_t, 32>;

// A file's content and the same picture as pixels have different keys.
// Thread: any. Takes some milliseconds per megabyte.
MediaKey KeyOf(const MediaInput& input);

}  // namespace abstractllm
