// A checkpoint of the tiny random Llama of gguf_builder.h, with a plan that makes the same
// model of it.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/plan.h"
#include "gguf_builder.h"

namespace abstractllm::test {

// A tokenizer.json with a few tokens of a byte-level BPE, of which "<|end|>" ends texts.
std::string TinyTokenizerJson();

// Writes the checkpoint into two files and keeps them for its own lifetime.
class TinyCheckpoint {
 public:
  explicit TinyCheckpoint(const TinyLlama& model = {});

  // Weights in float32; may be changed before it is loaded.
  CheckpointPlan plan;
  PlanTensor& tensor(const std::string& name);
  std::string folder() const { return folder_.Path(""); }

 private:
  TemporaryFolder folder_;
};

}  // namespace abstractllm::test
