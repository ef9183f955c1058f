// From a finished job's raw outputs to the result that JavaScript gets.
#pragma once

#include "embedding/pooled_job.h"
#include "embedding/pooled_traits.h"
#include "event.h"

namespace abstractllm {

// Takes the job's outputs. Scores become probabilities as sentence-transformers and
// transformers do it: by sigmoid for one output, or for labels that do not exclude each
// other; by softmax for labels that do. Thread: any.
DoneEvent PooledOutcome(PooledJob* job, const PooledTraits& traits);

}  // namespace abstractllm
