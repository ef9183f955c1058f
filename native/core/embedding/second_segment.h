// The token type of the second of two texts, which the engine's graphs do not know.
#pragma once

#include <cstddef>
#include <vector>

#include "ggml.h"
#include "loaded_model.h"

namespace abstractllm {

// BERT adds a vector to each token that says of which of two texts it is. The engine adds the
// first text's to all; OnNode replaces it while a call is computed, before the first layer.
//
// Thread: the inference thread. `model` must outlive its construction only.
class SecondSegment {
 public:
  explicit SecondSegment(const LoadedModel& model);

  // Whether the model tells two texts apart at all.
  bool exists() const { return !difference_.empty(); }
  // The next call has none of its tokens.
  void Clear() { rows_.clear(); }
  // A token of the next call, by its place in the batch.
  void Add(size_t row) { rows_.push_back(row); }
  // For llama_context_params::cb_eval; `self` is a SecondSegment.
  static bool OnNode(ggml_tensor* node, bool ask, void* self);

 private:
  void Apply(ggml_tensor* embeddings) const;

  std::vector<float> difference_;  // the second type's vector, less the first's
  std::vector<size_t> rows_;
};

}  // namespace abstractllm
