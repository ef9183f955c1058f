// LoRA adapters of a checkpoint, given to a loaded model.
#pragma once

#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/virtual_gguf.h"
#include "llama.h"
#include "status.h"

namespace abstractllm {

// Loads adapters, which the model owns. Errors: those of PlannedGguf, kModelLoading for an
// adapter that does not fit the model, kAborted when `progress` returned false.
Result<std::vector<llama_adapter_lora*>> LoadAdapters(const std::vector<AdapterPlan>& plans,
                                                      llama_model* model,
                                                      const VirtualGguf::Progress& progress);

// Lets `context` compute with them from now on. Thread: that of the context.
Status UseAdapters(std::vector<llama_adapter_lora*> adapters, llama_context* context);

// What they would take, by the headers of their files. Errors: those of ReadSafetensors and
// CheckPlan. Thread: any.
Result<uint64_t> AdapterBytes(const std::vector<AdapterPlan>& plans);

}  // namespace abstractllm
