// The classifier's head that the engine's graphs lack: with ReLU instead of tanh.
#pragma once

#include <vector>

#include "llama.h"

namespace abstractllm {

// What DistilBERT makes of the first token's vector: a linear layer, ReLU, a linear layer. The
// weights are the engine's, by the names of the head that it would compute with tanh.
//
// Thread: the inference thread. Owns: a copy of the weights, in float32.
class ReluHead {
 public:
  // `model` must have a head, and must outlive construction only.
  explicit ReluHead(const llama_model* model);
  // `vector` has as many numbers as the model has dimensions, `outputs` one per label.
  void Apply(const float* vector, float* outputs) const;

 private:
  std::vector<float> dense_;  // rows of weights
  std::vector<float> dense_bias_;
  std::vector<float> output_;
  std::vector<float> output_bias_;
};

}  // namespace abstractllm
