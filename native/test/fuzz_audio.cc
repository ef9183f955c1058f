// Fuzzing of what reads sounds, with -fsanitize=fuzzer: coverage-guided. An input is a sound's
// file; those of test/fixtures/audio/files are seeds.
#include <cstdint>

#include "media/audio_processor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace abstractllm;  // NOLINT: the entry point is not ours to name
  AudioSpec spec;
  spec.placeholder = "<sound>";
  spec.bands = 8;
  spec.window = 100;
  spec.grain = 2;
  spec.least = 4;
  spec.tail = AudioTail::kLookAhead;
  AudioLimits limits;
  limits.max_seconds = 5;  // what is longer only takes longer
  const Result<ProcessedImage> sound = ProcessAudio(spec, ByteSpan(data, size), limits, nullptr);
  if (!sound.ok()) {
    if (sound.status().code != Code::kMedia) __builtin_trap();
    return 0;
  }
  // What the rest relies on.
  if (sound.value().tiles.empty()) __builtin_trap();
  if (sound.value().layout.size() != sound.value().tiles.size()) __builtin_trap();
  for (const ImageTile& tile : sound.value().tiles) {
    const auto values = static_cast<size_t>(tile.width) * static_cast<size_t>(tile.height);
    if (tile.width < spec.least || tile.width > spec.window) __builtin_trap();
    if (tile.rgb.size() != values) __builtin_trap();
    for (const float value : tile.rgb) {
      if (!(value >= -2 && value <= 5)) __builtin_trap();
    }
  }
  return 0;
}
