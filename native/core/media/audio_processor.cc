#include "media/audio_processor.h"

#include <algorithm>
#include <new>

#include "media/mel_spectrogram.h"

namespace abstractllm {
namespace {

// Of a tile with `left` frames of sound, those that are encoded.
size_t Rounded(const AudioSpec& spec, size_t left) {
  const auto window = static_cast<size_t>(spec.window);
  if (left >= window || spec.tail == AudioTail::kWindow) return window;
  const auto grain = static_cast<size_t>(spec.grain);
  return (left + grain - 1) / grain * grain;
}

// And those that it has.
size_t WidthOf(const AudioSpec& spec, size_t left) {
  const size_t encoded = std::max(Rounded(spec, left), static_cast<size_t>(spec.least));
  const bool ahead =
      spec.tail == AudioTail::kLookAhead && encoded < static_cast<size_t>(spec.window);
  return ahead ? encoded + 1 : encoded;
}

ImageTile TileAt(const AudioSpec& spec, const MelSpectrogram& mel, size_t first, size_t width) {
  ImageTile tile;
  tile.kind = MediaKind::kAudio;
  tile.width = static_cast<int32_t>(width);
  tile.height = spec.bands;
  tile.rgb.reserve(width * mel.bands());
  for (size_t band = 0; band < mel.bands(); ++band) {
    for (size_t frame = first; frame < first + width; ++frame) {
      const bool cleared = spec.tail == AudioTail::kZeros && frame >= mel.frames();
      tile.rgb.push_back(cleared ? 0.0f : mel.At(band, frame));
    }
  }
  return tile;
}

Result<ProcessedImage> Process(const AudioSpec& spec, ByteSpan file, const AudioLimits& limits,
                               const CancelToken* cancel) {
  MelSpectrogram mel(spec.bands);
  const auto add = [&](const float* samples, size_t count) { mel.Add(samples, count); };
  const Status read = ReadAudioFile(file, MelSpectrogram::kSampleRate, limits, cancel, add);
  if (!read.ok()) return read;
  // Processors that pad put silence behind a sound, unless it fills its windows.
  const size_t window = static_cast<size_t>(spec.window) * MelSpectrogram::kHop;
  mel.Finish(spec.tail == AudioTail::kSilence || mel.samples() % window == 0);
  ProcessedImage processed;
  for (size_t first = 0; first < mel.frames(); first += static_cast<size_t>(spec.window)) {
    if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
    const size_t left = mel.frames() - first;
    // An end that makes no embedding is left out, unless there is nothing else.
    if (first > 0 && Rounded(spec, left) < static_cast<size_t>(spec.least)) break;
    processed.layout.push_back({"", static_cast<int32_t>(processed.tiles.size())});
    processed.tiles.push_back(TileAt(spec, mel, first, WidthOf(spec, left)));
  }
  return processed;
}

}  // namespace

Result<ProcessedImage> ProcessAudio(const AudioSpec& spec, ByteSpan file, const AudioLimits& limits,
                                    const CancelToken* cancel) {
  try {
    return Process(spec, file, limits, cancel);
  } catch (const std::bad_alloc&) {
    return Status::Error(Code::kResource, "There is not enough memory for the sound.");
  }
}

}  // namespace abstractllm
