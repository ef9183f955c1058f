// What a model's encoder wants of a sound, as data. TypeScript makes it from the model's files
// (src/audio, src/native/audio-spec.ts); audio_processor carries it out.
#pragma once

#include <cstdint>
#include <string>

#include "status.h"

namespace abstractllm {

// What stands behind the frames of a sound that do not fill a tile.
enum class AudioTail {
  kWindow,     // silence, up to the window
  kLookAhead,  // one frame of silence: the convolutions see it, nothing else does
  kZeros,      // zeros, up to a multiple of `grain`
  kSilence,    // its mirror image, then silence, up to a multiple of `grain`
};

struct AudioSpec {
  // What a chat template writes for a sound; the embeddings take its place, with these around.
  std::string placeholder;
  // What templates that know sounds write around it; for those that do not.
  std::string before;
  std::string after;

  int32_t bands = 0;   // of the spectrogram
  int32_t window = 0;  // frames of 10 ms that are encoded at once
  int32_t grain = 0;   // frames in steps of which a tile grows
  int32_t least = 0;   // frames that make an embedding: what is left over and shorter is left out
  AudioTail tail = AudioTail::kWindow;
};

// Whether ProcessAudio can follow it. Errors: kUnsupportedModel, naming the setting.
Status CheckAudioSpec(const AudioSpec& spec);

}  // namespace abstractllm
