// Where a model lies, and what to try in a dry run, from JavaScript objects in the shapes of
// src/native/binding.ts.
#pragma once

#include <vector>

#include "memory_need.h"
#include "napi_setup.h"
#include "placement.h"

namespace abstractllm {

// Both throw a TypeError for other shapes. Thread: JavaScript's.
// Of undefined, that nothing was said.
Placement PlacementFromJs(const Napi::Value& value);
std::vector<NeedVariant> NeedVariantsFromJs(const Napi::Value& value);

}  // namespace abstractllm
