// AudioSpec of src/native/audio-spec.ts as the core's.
#pragma once

#include "media/audio_spec.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's. Throws a TypeError that names the field for a wrong type; ranges are
// CheckAudioSpec's.
AudioSpec AudioSpecFromJs(const Napi::Object& object);

}  // namespace abstractllm
