// A picture or a sound as a request carries it: nothing of it is believed yet.
#pragma once

#include <cstdint>
#include <vector>

namespace abstractllm {

enum class MediaKind { kImage, kAudio };

// "image" or "audio": the parts' names in chat templates.
inline const char* MediaKindName(MediaKind kind) {
  return kind == MediaKind::kImage ? "image" : "audio";
}

struct MediaInput {
  MediaKind kind = MediaKind::kImage;
  // A file's content; or, with a width and a height, rows of RGB.
  std::vector<uint8_t> bytes;
  int32_t width = 0;
  int32_t height = 0;
  // Of a sound: what is longer is refused. What is known already costs nothing, and is not.
  double max_seconds = 3600;

  bool is_pixels() const { return width > 0 || height > 0; }
};

}  // namespace abstractllm
