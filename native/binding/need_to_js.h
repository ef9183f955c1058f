// What a dry run found, as a JavaScript object in the shape of src/native/binding.ts.
#pragma once

#include "memory_need.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's.
Napi::Object MemoryNeedToJs(Napi::Env env, const MemoryNeed& need);

}  // namespace abstractllm
