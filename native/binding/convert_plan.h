// A checkpoint's plan (src/native/checkpoint-plan.ts) as core structs. As in convert.h, a
// wrong type throws a TypeError that names the field; what the plan says, the core checks.
#pragma once

#include <memory>

#include "checkpoint/plan.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's.
std::shared_ptr<const CheckpointPlan> CheckpointPlanFromJs(const Napi::Object& object);

}  // namespace abstractllm
