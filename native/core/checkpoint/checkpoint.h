// A Hugging Face checkpoint with its plan, opened and checked: a model that the engine can
// load as if it were a GGUF file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/planned_gguf.h"
#include "checkpoint/vocabulary.h"
#include "gguf_file.h"
#include "llama-cpp.h"
#include "status.h"

namespace abstractllm {

// Owns: the open files and the header that the plan makes. Thread: one at a time.
class Checkpoint {
 public:
  // Reads headers and tokenizer, checks the plan against them, and the GGUF that it makes
  // as ReadGguf and ValidateForLoading check a file. `path` is for messages.
  // Errors: those of ReadSafetensors, CheckPlan, ChooseTypes, BuildVocabulary and
  // ValidateForLoading.
  static Result<std::unique_ptr<Checkpoint>> Open(const CheckpointPlan& plan,
                                                  const std::string& path);

  const GgufSummary& summary() const { return summary_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }

  // As PlannedGguf's.
  Status Stream(int threads, const VirtualGguf::Progress& progress,
                const std::function<Status(VirtualGguf& gguf)>& use) const {
    return gguf_.Stream(threads, progress, use);
  }

  // Loads the weights with `threads` threads beside the engine's own work, or with
  // params.no_alloc only what tells their sizes. `progress` is called on this thread with
  // bytes of tensors; false stops. `params` says the rest; its progress callback does not
  // count, and mapping is off.
  // Errors: kAborted, kModelLoading, kResource, kUnsupportedModel.
  Result<llama_model_ptr> Load(llama_model_params params, int threads,
                               const VirtualGguf::Progress& progress);

 private:
  Checkpoint() = default;

  PlannedGguf gguf_;
  Vocabulary vocabulary_;  // without its metadata, which is in the header
  GgufSummary summary_;
};

}  // namespace abstractllm
