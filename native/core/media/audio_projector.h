// What a projector (mmproj) says of its encoder of sounds: the tower of a model that hears, and
// what joins it to the language model.
#pragma once

#include <cstdint>
#include <string>

#include "gguf_file.h"
#include "status.h"

namespace abstractllm {

enum class AudioProjectorType {
  kQwen2Audio,  // and Qwen2.5-Omni: pairs of frames are averaged
  kUltravox,    // stacked, with a gated projector
  kVoxtral,     // stacked, with two matrices
};

struct AudioProjector {
  AudioProjectorType type = AudioProjectorType::kQwen2Audio;
  std::string name;  // the engine's: "qwen2a"
  uint64_t bands = 0;
  uint64_t positions = 0;  // pairs of frames that are encoded at once, at most
  uint64_t stack = 1;      // pairs that become one embedding, side by side
  uint64_t layers = 0;
  uint64_t hidden = 0;  // width of the tower
  uint64_t heads = 0;

  // Frames that become one embedding.
  uint64_t grain() const { return type == AudioProjectorType::kQwen2Audio ? 4 : 2 * stack; }
};

// What the metadata say, in their ranges, and tensors that fit them: what comes out can be
// loaded and computed without an assertion of the engine.
// Errors: kUnsupportedModel (another kind of file or of projector), kModelLoading.
Result<AudioProjector> ReadAudioProjector(const GgufSummary& summary);

}  // namespace abstractllm
