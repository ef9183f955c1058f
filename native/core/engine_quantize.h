// Which type each tensor of a model gets in one of the engine's mixtures, such as Q4_K_M.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ggml.h"
#include "status.h"

namespace abstractllm {

// What the rules look at.
struct MixtureModel {
  std::string architecture;
  uint32_t layers = 0;
  uint32_t heads = 0;
  uint32_t kv_heads = 0;
  uint32_t experts = 0;
};

struct MixtureTensor {
  std::string name;
  std::vector<uint64_t> shape;     // as ggml counts
  ggml_type type = GGML_TYPE_F32;  // in, and out where the mixture changes it
};

// Sets the types of those tensors that the engine would quantise.
// Errors: kUnsupportedModel for a mixture that is not known here or an architecture that is
// not the engine's, kModelLoading for tensors that contradict the model.
// Thread: any. Uses llama.cpp's unstable src/llama-ext.h.
Status ApplyMixture(const std::string& mixture, const MixtureModel& model,
                    std::vector<MixtureTensor>* tensors);

}  // namespace abstractllm
