// What a model takes on each device, as the engine accounts for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct llama_context;

namespace abstractllm {

struct DeviceMemory {
  std::string id;  // as in ListDevices
  uint64_t weights_bytes = 0;
  uint64_t kv_cache_bytes = 0;
  uint64_t compute_bytes = 0;
};

// Thread: the inference thread. Uses llama.cpp's unstable src/llama-ext.h.
std::vector<DeviceMemory> MemoryByDevice(const llama_context* context);

// Bytes of weights on the host that are rearranged copies of what the file has. Thread: the
// inference thread.
uint64_t CopiedWeights(const llama_context* context);

// Adds what something else takes to the account of each device. Thread: any.
void AddMemory(const std::vector<DeviceMemory>& more, std::vector<DeviceMemory>* devices);

}  // namespace abstractllm
