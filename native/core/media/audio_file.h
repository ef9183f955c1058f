// Encoded sounds as samples: WAV, MP3 and FLAC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cancel.h"
#include "media/byte_span.h"
#include "status.h"

namespace abstractllm {

enum class AudioFormat { kWav, kMp3, kFlac };

struct AudioLimits {
  double max_seconds = 3600;
};

// Receives samples from -1 to 1, one channel, piece by piece.
using AudioSink = std::function<void(const float* samples, size_t count)>;

// Decodes a file, takes the mean of its channels, and gives it at `rate` samples per second.
// Neither the file's length nor a compressed stream's bounds the memory: it is some 100 KB.
// Thread: any; a minute of sound takes some 100 ms. Looks at `cancel` (may be null) some
// thousand times per hour of sound.
// Errors: kMedia for what is no such sound, damaged, cut off, empty or longer than the limit;
// kAborted; kResource without memory. The sink has then had a part of it.
Status ReadAudioFile(ByteSpan file, int32_t rate, const AudioLimits& limits,
                     const CancelToken* cancel, const AudioSink& sink);

}  // namespace abstractllm
