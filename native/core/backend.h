// The engine's process-wide state: loadable modules, devices, its logger.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "status.h"

struct ggml_backend_device;

namespace abstractllm {

struct Device {
  std::string id;    // "cpu", "cuda:0", "metal", "vulkan:1": what device_map takes
  std::string name;  // what the maker calls it
  std::string type;  // "cpu", "gpu", "integrated" or "accelerator"
  uint64_t total_bytes = 0;
  uint64_t free_bytes = 0;
};

// Loads the engine's modules from `modules_dir` (absolute, UTF-8) and initialises it.
// Later calls return the first outcome. Thread: any.
// Errors: kNativeUnavailable when no CPU backend fits this machine.
Status InitBackend(const std::string& modules_dir);

// The id that ListDevices gives to `device`.
std::string DeviceId(ggml_backend_device* device);

// The device of an id, or null. Thread: any, after InitBackend.
ggml_backend_device* FindDevice(const std::string& id);

// Thread: any, after InitBackend. May open a GPU driver on first use.
std::vector<Device> ListDevices();

// What the machine could still give, in bytes. Thread: any, after InitBackend.
uint64_t FreeHostMemory();

// True when a GPU takes part in computing by default. Thread: any, after InitBackend.
bool HasGpu();

// "0.5.0"
const char* EngineVersion();

}  // namespace abstractllm
