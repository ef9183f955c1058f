// The tokenizer files of a checkpoint as the entries tokenizer.* of a GGUF.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "checkpoint/tokenizer_json.h"
#include "status.h"
#include "tokenizer/tokenizer_config.h"

namespace abstractllm {

struct Vocabulary {
  std::vector<PlanMetadata> metadata;
  // For a tokenizer of our own; null for a tokenizer.model.
  std::shared_ptr<const TokenizerJson> tokenizer_json;
  TokenizerConfig tokenizer;
  uint32_t size = 0;  // rows of the embedding
  // What the engine's tokenizer would do otherwise than the files say; empty: nothing.
  std::string engine_differs;
  std::string pre;                   // tokenizer.ggml.pre; empty for other kinds than BPE
  std::vector<int32_t> stop_tokens;  // ids, sorted, each once
  std::string bos_text;              // for chat templates; empty: none
  std::string eos_text;
};

// Reads the files, which takes well under a second for the largest. Thread: any.
// Errors: kModelNotFound, kModelLoading (files), kUnsupportedModel (a vocabulary that the
// engine has no kind for), naming the file and what is unknown in it.
Result<Vocabulary> BuildVocabulary(const PlanVocabulary& plan);

}  // namespace abstractllm
