// Short questions that load nothing: what a chat template can do, how fast memory is. Each
// returns a promise that a pool thread settles.
#pragma once

#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's, for both.
Napi::Value TryTemplateJs(const Napi::CallbackInfo& info);
Napi::Value MeasureMemoryBandwidthJs(const Napi::CallbackInfo& info);

}  // namespace abstractllm
