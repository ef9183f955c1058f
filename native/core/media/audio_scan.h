// What a sound's bytes say of its form, before they are decoded.
#pragma once

#include <cstdint>
#include <optional>

#include "media/audio_file.h"
#include "media/byte_span.h"

namespace abstractllm {

// By the first bytes. Thread: any.
std::optional<AudioFormat> FindAudioFormat(ByteSpan file);

// Bytes of samples that a WAV file says that it has and has not. 0 also for one whose recorder
// left the size open.
uint64_t MissingWavBytes(ByteSpan file);

}  // namespace abstractllm
