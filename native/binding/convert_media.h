// What a load request says of the parts of a model that see and hear.
#pragma once

#include <memory>

#include "media/media_support.h"
#include "napi_setup.h"

namespace abstractllm {

// From the fields `vision` and `hearing` of NativeLoadOptions; null when there is neither.
// Thread: JavaScript's. Throws a TypeError that names the field.
std::shared_ptr<const MediaLoader> MediaLoaderFromJs(const Napi::Object& options, bool cpu_only);

}  // namespace abstractllm
