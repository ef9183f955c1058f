// The tensors of projectors: which there are, of which shapes and types.
#pragma once

#include "gguf_file.h"
#include "media/projector.h"
#include "status.h"

namespace abstractllm {

// Holds the tensors of `summary` against what the engine's graph for the projector takes for
// granted.
// Errors: kUnsupportedModel (tensors that this graph does not know), kModelLoading.
Status CheckProjectorTensors(const GgufSummary& summary, const Projector& projector);

}  // namespace abstractllm
