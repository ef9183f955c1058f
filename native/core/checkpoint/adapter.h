// LoRA adapters of a checkpoint, given to a loaded model.
#pragma once

#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/virtual_gguf.h"
#include "llama.h"
#include "status.h"

namespace abstractllm {

// Loads the adapters and lets `context` compute with them from now on. The model owns them.
// Thread: that of the context. Errors: those of PlannedGguf, kModelLoading for an adapter
// that does not fit the model, kAborted when `progress` returned false.
Status ApplyAdapters(const std::vector<AdapterPlan>& plans, llama_model* model,
                     llama_context* context, const VirtualGguf::Progress& progress);

}  // namespace abstractllm
