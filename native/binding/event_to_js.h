// Core values as JavaScript objects, in the shapes of src/native/binding.ts.
#pragma once

#include "backend.h"
#include "engine.h"
#include "event.h"
#include "event_bridge.h"
#include "gguf_file.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's, for all of them.
Napi::Object EventToJs(Napi::Env env, ModelId model, const Event& event);
Napi::Object FailureToJs(Napi::Env env, const Status& status);
Napi::Object DeviceToJs(Napi::Env env, const Device& device);
Napi::Array DeviceMemoryToJs(Napi::Env env, const std::vector<DeviceMemory>& devices);
Napi::Object UsageToJs(Napi::Env env, const Usage& usage);
Napi::Object InspectionToJs(Napi::Env env, const GgufSummary& summary);

}  // namespace abstractllm
