#include "engine_memory.h"

#include <algorithm>

#include "backend.h"
#include "ggml-backend.h"
#include "llama-ext.h"

namespace abstractllm {
namespace {

DeviceMemory& EntryOf(const std::string& id, std::vector<DeviceMemory>* devices) {
  const auto found = std::find_if(devices->begin(), devices->end(),
                                  [&](const DeviceMemory& entry) { return entry.id == id; });
  return found == devices->end() ? *devices->insert(devices->end(), DeviceMemory{id}) : *found;
}

}  // namespace

std::vector<DeviceMemory> MemoryByDevice(const llama_context* context) {
  std::vector<DeviceMemory> devices;
  for (const auto& [buffer_type, data] : llama_get_memory_breakdown(context)) {
    // Host buffers of a GPU backend are the machine's memory, whoever allocated them.
    ggml_backend_dev_t device = ggml_backend_buft_get_device(buffer_type);
    const bool on_host = device == nullptr || ggml_backend_buft_is_host(buffer_type);
    DeviceMemory& entry = EntryOf(on_host ? "cpu" : DeviceId(device), &devices);
    entry.weights_bytes += data.model;
    entry.kv_cache_bytes += data.context;
    entry.compute_bytes += data.compute;
  }
  return devices;
}

uint64_t CopiedWeights(const llama_context* context) {
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  uint64_t bytes = 0;
  for (const auto& [buffer_type, data] : llama_get_memory_breakdown(context)) {
    if (ggml_backend_buft_get_device(buffer_type) != cpu) continue;
    if (buffer_type != ggml_backend_dev_buffer_type(cpu)) bytes += data.model;
  }
  return bytes;
}

void AddMemory(const std::vector<DeviceMemory>& more, std::vector<DeviceMemory>* devices) {
  for (const DeviceMemory& device : more) {
    DeviceMemory& entry = EntryOf(device.id, devices);
    entry.weights_bytes += device.weights_bytes;
    entry.kv_cache_bytes += device.kv_cache_bytes;
    entry.compute_bytes += device.compute_bytes;
  }
}

}  // namespace abstractllm
