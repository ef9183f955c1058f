// The decoders in the engine's tree (miniaudio: dr_wav, dr_mp3, dr_flac), one file at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "media/audio_file.h"
#include "media/byte_span.h"

namespace abstractllm {

// Frames are one sample for each channel, from -1 to 1; floats in files may go beyond.
// Thread: one at a time. The file outlives it.
class AudioDecoder {
 public:
  virtual ~AudioDecoder() = default;

  // What the file's header says: to be checked before it is believed.
  virtual uint32_t channels() const = 0;
  virtual uint32_t sample_rate() const = 0;
  // 0 where the header does not say it.
  virtual uint64_t frames() const = 0;

  // Up to `count` frames, interleaved; fewer at the end of what can be decoded.
  virtual uint64_t Read(float* out, uint64_t count) = 0;
};

// Null for what is damaged from the beginning. Throws std::bad_alloc only.
std::unique_ptr<AudioDecoder> OpenAudio(ByteSpan file, AudioFormat format);

}  // namespace abstractllm
