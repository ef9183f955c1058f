// One job on its way through the decoder: its tokens, how far they are processed, and
// what becomes of the output.
#pragma once

#include <memory>
#include <vector>

#include "event.h"
#include "job.h"
#include "sampler.h"
#include "text_stream.h"

namespace abstractllm {

// Thread: built on the text thread, then owned by the inference thread.
struct Sequence {
  enum class Kind { kGenerate, kScore };

  Kind kind = Kind::kGenerate;
  JobId job = 0;
  CancelTokenPtr cancel;
  // Prompt, then what was generated.
  std::vector<int32_t> tokens;
  // tokens[0, processed) are in the KV cache.
  size_t processed = 0;
  size_t prompt_size = 0;

  // kGenerate
  std::unique_ptr<Sampler> sampler;
  std::unique_ptr<TextStream> text;
  int32_t max_tokens = 0;
  GenerateResult result;

  // kScore; logprobs[i] belongs to tokens[i].
  std::vector<float> logprobs;

  Clock::time_point submitted;
  Clock::time_point started;  // first engine call
  Clock::time_point prefilled;
};

using SequencePtr = std::unique_ptr<Sequence>;

}  // namespace abstractllm
