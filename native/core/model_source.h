// Where a model's weights come from.
#pragma once

#include <string>

#include "checkpoint/checkpoint.h"
#include "gguf_file.h"
#include "job.h"
#include "llama.h"

namespace abstractllm {

// A GGUF file, or a checkpoint with a plan. Owns: nothing.
struct ModelSource {
  std::string path;  // of the file that the engine opens, unless there is a stream
  const GgufSummary& summary;
  Checkpoint* stream = nullptr;            // converts while it loads
  const Vocabulary* vocabulary = nullptr;  // of a checkpoint: more than a GGUF can say
};

// Without devices, the engine keeps to the CPU.
llama_model_params ModelParams(const LoadRequest& request, const GgufSummary& summary);

}  // namespace abstractllm
