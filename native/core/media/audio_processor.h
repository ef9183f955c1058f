// From a sound in a file to what its model's encoder takes.
#pragma once

#include "cancel.h"
#include "media/audio_file.h"
#include "media/audio_spec.h"
#include "media/processed_media.h"
#include "status.h"

namespace abstractllm {

// Tiles are pieces of the spectrogram, of spec.window frames at most: a row for each band. The
// spec has passed CheckAudioSpec. Thread: any; takes up to 200 MB per hour of sound.
// Errors: ReadAudioFile's.
Result<ProcessedImage> ProcessAudio(const AudioSpec& spec, ByteSpan file, const AudioLimits& limits,
                                    const CancelToken* cancel);

}  // namespace abstractllm
