// Pictures as a vision encoder takes them, by the model's ImageSpec: what the processor of
// the same model in transformers computes, bit for bit.
#pragma once

#include "cancel.h"
#include "media/image.h"
#include "media/image_spec.h"
#include "media/processed_media.h"
#include "status.h"

namespace abstractllm {

// Thread: any. `cancel` may be null.
// Errors: kUnsupportedModel as CheckImageSpec, kMedia for pictures that the model cannot take
// (too narrow, without pixels), kResource without memory, kAborted.
Result<ProcessedImage> ProcessImage(const ImageSpec& spec, const Image& image,
                                    const CancelToken* cancel);

}  // namespace abstractllm
