// Whether a model with its context fits, before anything is allocated: an operating
// system that overcommits would grant the memory and end the process later.
#pragma once

#include <cstdint>
#include <functional>

#include "llama-cpp.h"
#include "status.h"

struct llama_model_params;
struct llama_context_params;

namespace abstractllm {

// Loads a model with some parameters; null if that fails.
using ModelLoader = std::function<llama_model_ptr(llama_model_params params)>;

// Makes a dry run of loading, on the model's header only, and compares what it would take
// with what the machine has. Takes as long as reading the vocabulary.
// Errors: kResource, with device, needed_bytes, available_bytes and remedies.
// Thread: the inference thread.
Status CheckMemory(const ModelLoader& load, llama_model_params model_params,
                   llama_context_params context_params, uint64_t estimated_kv_bytes);

// Whether `reason`, what the engine logged at error level, means that memory was missing:
// its functions return null for every kind of failure, and say why in words only.
// Thread: any.
bool SaysNoMemory(const std::string& reason);

}  // namespace abstractllm
