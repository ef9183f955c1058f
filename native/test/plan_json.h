// Plans that src/checkpoint made, as test/unit/vision keeps them beside their checkpoints.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/plan.h"

namespace abstractllm::test {

// The plan in plan.json of a folder, whose files are named as in that folder. Null if it
// cannot be read.
std::shared_ptr<CheckpointPlan> ReadPlanJson(const std::string& folder);

}  // namespace abstractllm::test
