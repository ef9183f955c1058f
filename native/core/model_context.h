// The context of a model: its KV cache and its batches, as large as asked or as fits.
#pragma once

#include "cache_types.h"
#include "job.h"
#include "llama.h"
#include "loaded_model.h"
#include "model_source.h"
#include "status.h"

namespace abstractllm {

struct ContextPlan {
  CacheTypes types;
  uint32_t context_size;  // as asked, or the default
  uint32_t cells;
  llama_context_params params;
};

// What CreateContext tries first; sets what `loaded` says of sequences and outputs, which
// needs its model, whose weights may be missing, its threads and its placement.
// Errors: kUnsupportedFeature. Thread: the inference thread.
Result<ContextPlan> PlanContext(const LoadRequest& request, const ModelSource& source,
                                LoadedModel* loaded);

// Sets what `loaded` says of its context, which needs its model and threads. Thread: the
// inference thread. Errors: kResource, kUnsupportedFeature for options of the cache.
Status CreateContext(const LoadRequest& request, const ModelSource& source, LoadedModel* loaded);

}  // namespace abstractllm
