// The tokenizer files of a checkpoint as the entries tokenizer.* of a GGUF.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "status.h"

namespace abstractllm {

struct Vocabulary {
  std::vector<PlanMetadata> metadata;
  std::string pre;                   // tokenizer.ggml.pre; empty for other kinds than BPE
  std::vector<int32_t> stop_tokens;  // ids, sorted, each once
  std::string bos_text;              // for chat templates; empty: none
  std::string eos_text;
};

// Reads the files, which takes well under a second for the largest. Thread: any.
// Errors: kModelNotFound, kModelLoading (files), kUnsupportedModel (a tokenizer that the
// engine cannot imitate), naming the file and what is unknown in it.
Result<Vocabulary> BuildVocabulary(const PlanVocabulary& plan);

}  // namespace abstractllm
