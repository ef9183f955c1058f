// Whether the tensors of a projector are those that the engine's graph takes for granted: names,
// shapes and types, as lists of rules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gguf_file.h"
#include "status.h"

namespace abstractllm {

// How the graph uses a tensor, which decides what types it may have.
enum class TensorUse {
  kMatrix,    // multiplied by: any type
  kKernel,    // of the convolution: F32 or F16
  kTurned,    // multiplied by, after a transposition: any type that is not in blocks
  kLookedUp,  // rows are taken out: any type that is not in blocks
  kElements,  // added or multiplied element by element: F32
};

// A kind of tensor. '#' in the name stands for the number of a layer. Shapes are as ggml
// counts, fastest dimension first, one letter each: of a letter that TensorSizes lacks, the
// first tensor says what it is. S is a square of any size.
struct TensorRule {
  const char* name;
  const char* shape;
  TensorUse use;
  bool needed;
};

// A linear layer, with a bias that there may be or has to be.
#define LINEAR(name, inputs, outputs)                           \
  {name ".weight", inputs outputs, TensorUse::kMatrix, true}, { \
    name ".bias", outputs, TensorUse::kElements, false          \
  }
#define LINEAR_WITH_BIAS(name, inputs, outputs)                 \
  {name ".weight", inputs outputs, TensorUse::kMatrix, true}, { \
    name ".bias", outputs, TensorUse::kElements, true           \
  }
#define NORM(name, size, needed)                          \
  {name ".weight", size, TensorUse::kElements, needed}, { \
    name ".bias", size, TensorUse::kElements, false       \
  }

using TensorSizes = std::map<char, uint64_t>;

// Takes the tensors of a file that rules name, one after the other; the first that does not fit
// is the failure. Thread: one at a time. The summary outlives it.
class TensorChecker {
 public:
  // Of the tensors whose names begin with one of `prefixes`, without those of `except`.
  // `type_name` is the projector's type, for messages.
  TensorChecker(const GgufSummary& summary, std::string type_name,
                const std::vector<std::string>& prefixes, const std::vector<std::string>& except);

  // Of letters in shapes.
  TensorSizes& sizes() { return sizes_; }
  // E and F change places in shapes of feed-forward parts.
  void SwapFeedForward() { swapped_ = true; }
  // Null when there is none, or a rule has taken it.
  const GgufTensor* Find(const std::string& name) const;

  // Rules without a layer.
  bool CheckWhole(const std::vector<TensorRule>& rules);
  // Rules of one layer.
  bool CheckLayer(const std::vector<TensorRule>& rules, uint64_t layer);
  // What no rule took, the engine would not take either.
  bool CheckRest();
  bool Fail(const std::string& tensor, const std::string& what);

  // Of the first of these that returned false.
  const Status& status() const { return status_; }

 private:
  bool CheckRule(const TensorRule& rule, const std::string& name);
  bool HasShape(const GgufTensor& tensor, const std::string& shape);

  const GgufSummary& summary_;
  const std::string type_name_;
  std::map<std::string, const GgufTensor*> left_;  // that no rule took yet
  TensorSizes sizes_;
  bool swapped_ = false;
  Status status_;
};

}  // namespace abstractllm
