// From the pictures and sounds of a request to what the encoder takes.
#pragma once

#include <vector>

#include "cancel.h"
#include "loaded_model.h"
#include "status.h"

namespace abstractllm {

// Whether a model takes this request's kinds; `media` is null for one that takes text only.
// Errors: kUnsupportedFeature, saying what it takes.
Status CheckTakesMedia(const MediaSupport* media, const std::vector<MediaInput>& inputs);

// One item per input; equal ones are one item. What is being encoded, or was and is kept, is
// not read again. `model` must have media support. Errors: kMedia, kUnsupportedFeature,
// kAborted, kResource, kInternal; details.file says which. `cancel` may be null.
// Thread: the text thread.
Result<std::vector<MediaItemPtr>> PrepareMedia(const LoadedModel& model,
                                               const std::vector<MediaInput>& inputs,
                                               const CancelToken* cancel);

}  // namespace abstractllm
