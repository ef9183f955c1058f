#include "backend.h"

#include <algorithm>
#include <cctype>
#include <mutex>

#include "engine_alignment.h"
#include "ggml-backend.h"
#include "kernels/flash_attention.h"
#include "kernels/matrix/matrix_buffer.h"
#include "llama.h"
#include "logging.h"
#include "machine_memory.h"

namespace abstractllm {
namespace {

const char* TypeName(enum ggml_backend_dev_type type) {
  switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_CPU:
      return "cpu";
    case GGML_BACKEND_DEVICE_TYPE_GPU:
      return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU:
      return "integrated";
    default:
      return "accelerator";
  }
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string Family(ggml_backend_dev_t device) {
  const std::string name = LowerCase(ggml_backend_reg_name(ggml_backend_dev_backend_reg(device)));
  return name == "mtl" ? "metal" : name;
}

}  // namespace

Status InitBackend(const std::string& modules_dir) {
  static std::once_flag once;
  static Status outcome;
  std::call_once(once, [&] {
    InstallEngineLog();
    // In a portable build nothing is registered yet. Always with a folder: without
    // one, ggml would also search the working directory.
    if (ggml_backend_reg_count() == 0) ggml_backend_load_all_from_path(modules_dir.c_str());
    if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr) {
      outcome = Status::Error(Code::kNativeUnavailable,
                              "No CPU module of the engine in " + modules_dir +
                                  " runs on this machine. Reinstall the package, or build it from "
                                  "source.",
                              {{"modules_dir", modules_dir}});
      return;
    }
#ifdef ABSTRACTLLM_LINKS_KERNELS
    RegisterFlashAttention();
    RegisterMatrixBuffer();
#endif
    AlignHostTensors();
    llama_backend_init();
  });
  return outcome;
}

std::string DeviceId(ggml_backend_dev_t device) {
  const std::string family = Family(device);
  if (family == "cpu" || family == "metal" || family == "blas") return family;
  int index = 0;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_t other = ggml_backend_dev_get(i);
    if (other == device) break;
    if (Family(other) == family) ++index;
  }
  return family + ":" + std::to_string(index);
}

ggml_backend_dev_t FindDevice(const std::string& id) {
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_t device = ggml_backend_dev_get(i);
    if (DeviceId(device) == id) return device;
  }
  return nullptr;
}

namespace {

struct DeviceMemory {
  size_t free_bytes = 0;
  size_t total_bytes = 0;
};

DeviceMemory ReadMemory(ggml_backend_dev_t device) {
  DeviceMemory memory;
  ggml_backend_dev_memory(device, &memory.free_bytes, &memory.total_bytes);
#ifdef __linux__
  // ggml reports all memory as free here.
  if (ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU) {
    memory.free_bytes =
        std::min<uint64_t>(ReadMachineMemory().spendable_bytes(), memory.total_bytes);
  }
#endif
  return memory;
}

}  // namespace

std::vector<Device> ListDevices() {
  std::vector<Device> devices;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_t device = ggml_backend_dev_get(i);
    const DeviceMemory memory = ReadMemory(device);
    devices.push_back({DeviceId(device), ggml_backend_dev_description(device),
                       TypeName(ggml_backend_dev_type(device)), memory.total_bytes,
                       memory.free_bytes});
  }
  return devices;
}

uint64_t FreeHostMemory() {
  // Not by ListDevices: a GPU that is asked for its memory makes a context for it.
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  return device == nullptr ? 0 : ReadMemory(device).free_bytes;
}

bool HasGpu() {
  return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU) != nullptr ||
         ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_IGPU) != nullptr;
}

const char* EngineVersion() { return llama_version(); }

}  // namespace abstractllm
