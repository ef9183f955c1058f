// ImageSpec of src/native/image-spec.ts as the core's.
#pragma once

#include "media/image_spec.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's. Throws a TypeError that names the field for a wrong type; ranges are
// CheckImageSpec's.
ImageSpec ImageSpecFromJs(const Napi::Object& object);

}  // namespace abstractllm
