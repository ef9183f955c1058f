// Loads one of the encoders of a projector, which is a file or what a plan makes of a checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "checkpoint/plan.h"
#include "compute_threads.h"
#include "gguf_file.h"
#include "media/engine_clip.h"
#include "status.h"

namespace abstractllm {

struct EncoderRequest {
  std::string path;  // a GGUF projector (mmproj), UTF-8; with a plan, the checkpoint's folder
  // Set: what to make of the checkpoint's tower and projector. It needs no vocabulary.
  std::shared_ptr<const CheckpointPlan> plan;
  // Numbers per row that the language model takes (llama_model_n_embd_inp); 0: any.
  int32_t embedding_size = 0;
  bool cpu_only = false;
  // Those of the language model. Never null.
  std::shared_ptr<ComputeThreads> threads;
  // Whether the language model computes on the CPU, in turns with others.
  bool takes_turns = true;
  // Whether only Memory() will be asked: weights are not read, and on a CPU their pages not
  // touched.
  bool dry = false;
};

// Called with bytes of weights; false stops.
using EncoderProgress = std::function<bool(uint64_t done, uint64_t total)>;

// Looks at the header, before anything is loaded: an error, or how to load it.
using CheckEncoder = std::function<Result<ClipOptions>(const GgufSummary& summary)>;

// The calling thread does the work. Errors: those of `check`, kModelNotFound, kModelLoading,
// kResource, kAborted.
Result<std::unique_ptr<EngineClip>> LoadEncoder(const EncoderRequest& request,
                                                const CheckEncoder& check,
                                                const EncoderProgress& progress);

}  // namespace abstractllm
