// The beginning of a GGUF file, in memory: everything before its tensors' data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/plan_check.h"

namespace abstractllm {

// Where the data begin on multiples of this, as they do in files without general.alignment.
constexpr uint64_t kGgufAlignment = 32;

struct GgufTensorPlace {
  uint64_t offset = 0;  // from the start of the file
  uint64_t bytes = 0;
};

struct GgufImage {
  std::string header;                   // padded to where the data begin
  std::vector<GgufTensorPlace> places;  // of the tensors, in their order
  uint64_t size_bytes = 0;              // of the whole file
};

// Written here instead of by ggml's gguf_set_*, which copies each array several times and
// ends the process on names that it does not like.
GgufImage BuildGgufHeader(const std::vector<PlanMetadata>& metadata,
                          const std::vector<CheckedTensor>& tensors);

}  // namespace abstractllm
