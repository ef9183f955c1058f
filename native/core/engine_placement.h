// A placement as the engine is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "llama.h"
#include "placement.h"
#include "status.h"

namespace abstractllm {

// A placement as llama_model_params point to it. Owns: the arrays behind the pointers, which
// the engine looks at for as long as the model lives. Thread: any.
class EnginePlacement {
 public:
  // Errors: kUnsupportedFeature for a device that is not there, or more of them than the
  // engine takes; kInternal for layers that do not belong to devices.
  static Result<EnginePlacement> Make(const Placement& placement, bool cpu_only);

  void Fill(llama_model_params* params) const;
  // Whether the CPU computes it all, so that models take turns.
  bool cpu_only() const { return cpu_only_; }

 private:
  bool cpu_only_ = true;
  bool chosen_ = false;
  int32_t gpu_layers_ = 0;
  std::vector<ggml_backend_dev_t> devices_;  // ends with null
  std::vector<float> split_;
  std::vector<std::string> patterns_;
  std::vector<llama_model_tensor_buft_override> overrides_;  // ends with null
};

}  // namespace abstractllm
