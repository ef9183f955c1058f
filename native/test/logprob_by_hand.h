// A prompt with pictures, computed without any of our scheduling.
#pragma once

#include <cstdint>

#include "loaded_model.h"
#include "sequence.h"

namespace abstractllm::test {

// The log-probability of `token` behind the prompt: the engine's own way, in a context of its
// own. Texts and grids are one call each, with the positions that mtmd gives them. The
// prompt has 256 tokens at most.
double LogprobByHand(LoadedModel& model, const Sequence& sequence, int32_t token);

}  // namespace abstractllm::test
