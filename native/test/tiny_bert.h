// A random BERT that llama.cpp loads and runs, for tests of pooled outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gguf_builder.h"

namespace abstractllm::test {

struct TinyBert {
  // As in llama.h's llama_pooling_type; negative: the file does not say.
  int32_t pooling = 1;
  // Outputs of a classification head; 0: none.
  uint32_t head_outputs = 0;
  std::vector<std::string> labels;  // none in the file if empty
  uint32_t context_length = 64;
  uint32_t layers = 2;
  uint32_t embedding = 32;
  uint32_t heads = 4;
  uint32_t feed_forward = 64;
  uint32_t vocabulary = 0;  // at least so many tokens
  uint32_t seed = 1;
};

// Ids of the vocabulary's special tokens.
constexpr int32_t kBertUnknown = 1;
constexpr int32_t kBertCls = 2;
constexpr int32_t kBertSep = 3;

GgufBuilder BuildTinyBert(const TinyBert& model = {});

}  // namespace abstractllm::test
