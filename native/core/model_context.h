// The context of a model: its KV cache and its batches, as large as asked or as fits.
#pragma once

#include "job.h"
#include "loaded_model.h"
#include "model_source.h"
#include "status.h"

namespace abstractllm {

// Sets what `loaded` says of its context, which needs its model and threads. Thread: the
// inference thread. Errors: kResource, kUnsupportedFeature for options of the cache.
Status CreateContext(const LoadRequest& request, const ModelSource& source, LoadedModel* loaded);

}  // namespace abstractllm
