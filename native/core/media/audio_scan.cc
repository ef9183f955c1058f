#include "media/audio_scan.h"

namespace abstractllm {
namespace {

// Sizes that programs write before they know it: none, all ones, and what is nearly 2 or 4 GiB.
bool IsOpen(uint32_t size) {
  return size == 0 || size >= 0xFFFFF000 || (size >= 0x7FFFF000 && size <= 0x80000000);
}

// A frame of layer 2 or 3 without a tag in front.
bool IsMpegFrame(ByteSpan file) {
  const unsigned second = file.At(1);
  const unsigned third = file.At(2);
  if (file.At(0) != 0xFF || (second & 0xE0) != 0xE0) return false;
  const bool version = (second & 0x18) != 0x08;
  const bool layer = (second & 0x06) == 0x02 || (second & 0x06) == 0x04;
  return version && layer && (third & 0xF0) != 0xF0 && (third & 0x0C) != 0x0C;
}

}  // namespace

std::optional<AudioFormat> FindAudioFormat(ByteSpan file) {
  if (file.StartsWith("RIFF", 4) && file.Part(8, 4).StartsWith("WAVE", 4)) {
    return AudioFormat::kWav;
  }
  if (file.StartsWith("fLaC", 4)) return AudioFormat::kFlac;
  if (file.StartsWith("ID3", 3) || IsMpegFrame(file)) return AudioFormat::kMp3;
  return std::nullopt;
}

uint64_t MissingWavBytes(ByteSpan file) {
  for (uint64_t at = 12; at + 8 <= file.size();) {
    const auto head = static_cast<size_t>(at);
    const uint32_t size = file.Little32(head + 4);
    if (file.Part(head, 4).StartsWith("data", 4)) {
      const uint64_t rest = file.size() - at - 8;
      return IsOpen(size) || size <= rest ? 0 : size - rest;
    }
    at += 8 + uint64_t{size} + size % 2;
  }
  return 0;
}

}  // namespace abstractllm
