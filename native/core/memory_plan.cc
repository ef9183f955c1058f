#include "memory_plan.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

#include "backend.h"
#include "engine_memory.h"
#include "llama-cpp.h"
#include "llama.h"
#include "logging.h"

namespace abstractllm {
namespace {

Status DoesNotFit(const std::string& what, const Device& device, uint64_t needed,
                  uint64_t available, uint32_t context_size) {
  const auto mebibytes = [](uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; };
  return Status::Error(
      Code::kResource,
      what + " with a context window of " + std::to_string(context_size) + " tokens needs " +
          mebibytes(needed) + " on " + device.id + ", which has " + mebibytes(available) + ".",
      {{"device", device.id},
       {"needed_bytes", static_cast<int64_t>(needed)},
       {"available_bytes", static_cast<int64_t>(available)},
       {"remedies", std::vector<std::string>{
                        "Set context_window to a smaller number of tokens.",
                        "Use a model with fewer parameters, or a smaller quantisation."}}});
}

// Fails if the host has less than the estimate.
Status CompareEstimate(uint64_t estimate, uint32_t context_size) {
  for (const Device& device : ListDevices()) {
    if (device.id != "cpu" || estimate <= device.free_bytes) continue;
    return DoesNotFit("The KV cache", device, estimate, device.free_bytes, context_size);
  }
  return Status::Ok();
}

}  // namespace

Status CheckMemory(const ModelLoader& load, llama_model_params model_params,
                   llama_context_params context_params, uint64_t estimated_kv_bytes) {
  // The dry run itself keeps some fifty bytes per cell, so what is hopeless by any
  // architecture's measure never gets that far.
  constexpr uint64_t kHopeless = 64;
  constexpr uint64_t kCellBytes = 64;
  constexpr uint64_t kShare = 4;  // of the host's memory, for the dry run
  const uint64_t least =
      std::max(estimated_kv_bytes / kHopeless, context_params.n_ctx * kCellBytes * kShare);
  if (Status status = CompareEstimate(least, context_params.n_ctx); !status.ok()) return status;

  ErrorCapture capture;  // what fails here fails again, with its message, in the real run
  llama_model_ptr model = load(model_params);
  if (model == nullptr) return Status::Ok();
  llama_context_ptr context(llama_init_from_model(model.get(), context_params));
  if (context == nullptr) return CompareEstimate(estimated_kv_bytes, context_params.n_ctx);
  for (const DeviceMemory& memory : MemoryByDevice(context.get())) {
    for (const Device& device : ListDevices()) {
      if (device.id != memory.id) continue;
      // Weights are mapped from the file, so the page cache may come and go under them;
      // the rest has to stay.
      const uint64_t resident = memory.kv_cache_bytes + memory.compute_bytes;
      const uint64_t all = resident + memory.weights_bytes;
      if (resident > device.free_bytes) {
        return DoesNotFit("The KV cache", device, resident, device.free_bytes,
                          context_params.n_ctx);
      }
      if (all > device.total_bytes) {
        return DoesNotFit("The model", device, all, device.total_bytes, context_params.n_ctx);
      }
    }
  }
  return Status::Ok();
}

bool SaysNoMemory(const std::string& reason) {
  // Whole phrases, because a reason may quote a path, which may hold any word.
  const std::string phrases[] = {
      "unable to allocate ",     // llama-model.cpp, for a device's buffer of weights
      "failed to allocate ",     // ggml.c, ggml-alloc.c and the backends
      "attempted to allocate ",  // ggml.c, on the host
      "error loading model: std::bad_alloc",
      "encountered bad_alloc error ",                  // gguf.cpp
      ": " + std::generic_category().message(ENOMEM),  // llama-mmap.cpp, of mmap and reading
  };
  return std::any_of(std::begin(phrases), std::end(phrases), [&](const std::string& phrase) {
    return reason.find(phrase) != std::string::npos;
  });
}

}  // namespace abstractllm
