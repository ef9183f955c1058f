// The types of a plan's tensors when the engine's rules choose them.
#pragma once

#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/plan_check.h"
#include "status.h"

namespace abstractllm {

// Changes types and sizes as plan.quantization says; nothing if it is empty.
// Errors: kUnsupportedModel, kModelLoading.
Status ChooseTypes(const CheckpointPlan& plan, std::vector<CheckedTensor>* tensors);

}  // namespace abstractllm
