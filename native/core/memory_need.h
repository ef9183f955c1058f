// What a model would take, from a dry run on its header: nothing of its weights is read, and
// nothing is allocated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine_memory.h"
#include "job.h"
#include "status.h"

namespace abstractllm {

// A context to try; what is 0 or "" is as in LoadRequest.
struct NeedVariant {
  uint32_t context_size = 0;
  uint32_t cache_cells = 0;
  std::string cache_type_k;
  std::string cache_type_v;
};

// What one variant takes, or why there is no such context.
struct VariantNeed {
  Status status;
  uint32_t context_size = 0;
  uint32_t cache_cells = 0;
  std::vector<DeviceMemory> devices;
  uint64_t copied_bytes = 0;  // of the weights on the host, rearranged copies
};

struct MemoryNeed {
  std::vector<VariantNeed> variants;  // in their order
  std::vector<DeviceMemory> media;    // of the encoder of pictures; as weights_bytes
  // Beside what the engine accounts for, on the host: outputs, vocabulary, tables.
  uint64_t other_bytes = 0;
  int32_t layer_count = 0;
  // Whether loading should read the weights instead of mapping their file: where most of
  // them are rearranged for the CPU, pages of the file would be resident beside them.
  bool reads_weights = false;
};

// Takes as long as reading the vocabulary, and some milliseconds per variant.
// Errors: those of LoadModel. Thread: one with the inference thread's stack; takes no turn.
Result<MemoryNeed> MeasureNeed(const LoadRequest& request,
                               const std::vector<NeedVariant>& variants);

}  // namespace abstractllm
