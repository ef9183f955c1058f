// From a request for pooled outputs to a job that the engine can work on.
#pragma once

#include <optional>

#include "embedding/pooled_job.h"
#include "job.h"
#include "loaded_model.h"
#include "status.h"

namespace abstractllm {

// Prepares an embed, rerank or classify request; nothing for any other request.
//
// Thread: the text thread (large stack). Cancelling stops between texts. Errors:
// kUnsupportedFeature (the model has no such output), kContextWindowExceeded and
// kInvalidRequest (with the text's index), kResource (outputs beyond memory), kAborted.
std::optional<Result<PooledJobPtr>> PreparePooled(const LoadedModel& model, const Job& job);

}  // namespace abstractllm
