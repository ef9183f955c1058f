#include "engine_memory.h"

#include <algorithm>

#include "backend.h"
#include "ggml-backend.h"
#include "llama-ext.h"

namespace abstractllm {

std::vector<DeviceMemory> MemoryByDevice(const llama_context* context) {
  std::vector<DeviceMemory> devices;
  for (const auto& [buffer_type, data] : llama_get_memory_breakdown(context)) {
    // Host buffers of a GPU backend are the machine's memory, whoever allocated them.
    ggml_backend_dev_t device = ggml_backend_buft_get_device(buffer_type);
    const bool on_host = device == nullptr || ggml_backend_buft_is_host(buffer_type);
    const std::string id = on_host ? "cpu" : DeviceId(device);
    auto found = std::find_if(devices.begin(), devices.end(),
                              [&](const DeviceMemory& entry) { return entry.id == id; });
    if (found == devices.end()) found = devices.insert(devices.end(), DeviceMemory{id});
    found->weights_bytes += data.model;
    found->kv_cache_bytes += data.context;
    found->compute_bytes += data.compute;
  }
  return devices;
}

}  // namespace abstractllm
