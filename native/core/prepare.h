// From a request to a sequence that can be decoded.
#pragma once

#include "job.h"
#include "loaded_model.h"
#include "sequence.h"
#include "status.h"

namespace abstractllm {

// One sequence per completion. Thread: the text thread (large stack). Errors:
// kContextWindowExceeded, kInvalidRequest, kInvalidParameter, kUnsupportedFeature.
Result<std::vector<SequencePtr>> PrepareGenerate(const LoadedModel& model, const Job& job,
                                                 GenerateRequest& request);
Result<std::vector<SequencePtr>> PrepareScore(const LoadedModel& model, const Job& job,
                                              ScoreRequest& request);

}  // namespace abstractllm
