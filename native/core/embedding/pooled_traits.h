// What a model can do with whole texts, found out once, at loading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "embedding/first_token_head.h"
#include "embedding/pooled_request.h"

struct llama_context;

namespace abstractllm {

struct GgufSummary;

// Immutable after loading. Thread: any.
struct PooledTraits {
  // Reads text and cannot go on writing it: BERT and its kin, T5's encoder, diffusion models.
  bool encoder_only = false;
  // Every token sees every other one, so a text cannot be processed in pieces.
  bool whole_texts = false;
  // Runs through the engine's encoder call: such a model, or one with an encoder in front.
  bool encodes = false;
  // Nothing that is computed behind the vectors belongs to them, so it can be left out.
  bool head_is_separate = true;
  // Tokens that a text may have: the context window, within what positions were trained.
  uint32_t max_tokens = 0;
  int32_t dimensions = 0;
  // As the file says; kModel when it is a reranker's or classifier's file, which names none.
  Pooling pooling = Pooling::kMean;
  // Outputs of the ranking or classification head; 0 without one.
  int32_t head_outputs = 0;
  // The engine makes probabilities of the head's outputs by itself.
  bool head_is_probability = false;
  // The engine's graph has another head than the model: FirstTokenHead computes it.
  std::optional<FirstTokenHeadSpec> own_head;
  // Whether the second of two texts has a token type of its own.
  bool pairs_have_token_types = false;
  std::vector<std::string> labels;  // head_outputs of them
};

// `context` is the model's own. Thread: the inference thread.
PooledTraits DescribePooled(const GgufSummary& summary, const llama_context* context,
                            uint32_t context_size);

}  // namespace abstractllm
