// The heads of classifiers that the engine's graphs lack.
#pragma once

#include <vector>

#include "llama.h"

namespace abstractllm {

// What stands between the two linear layers of such a head.
struct FirstTokenHeadSpec {
  enum class Activation {
    kRelu,  // DistilBERT's; the engine's graph of BERT has tanh
    kGelu,  // ModernBERT's, the exact one; the engine's graph pools by the mean
  };
  Activation activation = Activation::kRelu;
  float norm_epsilon = 0;  // of the norm behind the activation, where the model has one
};

// What such models make of the first token's vector: a linear layer, the activation, a norm if
// there is one, a linear layer. The weights are the engine's, by the names of the head that it
// would compute.
//
// Thread: the inference thread. Owns: a copy of the weights, in float32.
class FirstTokenHead {
 public:
  // `model` must have such a head (pooled_traits sees to it), and must outlive construction only.
  FirstTokenHead(const llama_model* model, const FirstTokenHeadSpec& spec);
  // `vector` has as many numbers as the model has dimensions, `outputs` one per label.
  void Apply(const float* vector, float* outputs) const;

 private:
  FirstTokenHeadSpec spec_;
  size_t width_;
  std::vector<float> dense_;       // rows of weights
  std::vector<float> dense_bias_;  // empty: none
  std::vector<float> norm_;        // empty: none
  std::vector<float> output_;
  std::vector<float> output_bias_;
};

}  // namespace abstractllm
