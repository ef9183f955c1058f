// Where a model's weights come from.
#pragma once

#include <string>

#include "checkpoint/checkpoint.h"
#include "engine_placement.h"
#include "gguf_file.h"
#include "job.h"
#include "llama-cpp.h"
#include "llama.h"

namespace abstractllm {

// A GGUF file, or a checkpoint with a plan. Owns: nothing.
struct ModelSource {
  std::string path;  // of the file that the engine opens, unless there is a stream
  const GgufSummary& summary;
  Checkpoint* stream = nullptr;            // converts while it loads
  const Vocabulary* vocabulary = nullptr;  // of a checkpoint: more than a GGUF can say
};

// `placement` must outlive the model.
llama_model_params ModelParams(const LoadRequest& request, const GgufSummary& summary,
                               const EnginePlacement& placement);

// A file's header, if the engine can be trusted with it. Errors: as LoadModel's.
Result<GgufSummary> ReadSound(const std::string& path);

// What the engine asserts where it makes a KV cache, also in a dry run. Errors: kModelLoading.
Status CheckWindows(const llama_model* model, const std::string& path);

// Loads what tells the sizes of a model, and nothing of its weights; null if the engine
// refuses it, for which loading gives the reason. Thread: as LoadModel's.
llama_model_ptr LoadDry(const ModelSource& source, llama_model_params params);

}  // namespace abstractllm
