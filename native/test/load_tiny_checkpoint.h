// Loads the tiny checkpoint as the product does.
#pragma once

#include <memory>
#include <vector>

#include "backend.h"
#include "llama.h"
#include "loaded_model.h"
#include "tiny_checkpoint.h"

namespace abstractllm::test {

inline const LoadProgress kGoOn = [](uint64_t, uint64_t) { return true; };

inline LoadRequest RequestFor(const TinyCheckpoint& checkpoint) {
  InitBackend("");
  LoadRequest request;
  request.path = checkpoint.folder();
  request.plan = std::make_shared<CheckpointPlan>(checkpoint.plan);
  request.threads = 2;
  request.cpu_only = true;
  return request;
}

inline Result<std::unique_ptr<LoadedModel>> Load(const TinyCheckpoint& checkpoint) {
  return LoadModel(RequestFor(checkpoint), kGoOn);
}

inline std::vector<float> LogitsOf(LoadedModel& model) {
  std::vector<llama_token> tokens = {1, 5, 9, 2, 6};
  llama_context* context = model.context.get();
  if (llama_decode(context, llama_batch_get_one(tokens.data(), 5)) != 0) return {};
  const float* logits = llama_get_logits_ith(context, -1);
  return std::vector<float>(logits, logits + model.info.vocabulary_size);
}

}  // namespace abstractllm::test
