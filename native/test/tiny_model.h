// A loaded random Llama of two layers, for tests that need a real engine.
#pragma once

#include <memory>
#include <string>

#include "backend.h"
#include "gguf_builder.h"
#include "job.h"
#include "loaded_model.h"

namespace abstractllm::test {

// Writes the model and keeps it on disk for its own lifetime.
class TinyModelFile {
 public:
  explicit TinyModelFile(const TinyLlama& model = {})
      : path_(folder_.Path("t\xC3\xADny model.gguf")) {
    BuildTinyLlama(model).Write(path_);
  }
  const std::string& path() const { return path_; }

 private:
  TemporaryFolder folder_;
  std::string path_;
};

// Null (and the test fails on use) if it does not load.
inline std::unique_ptr<LoadedModel> LoadTiny(const TinyModelFile& file) {
  InitBackend("");
  LoadRequest request;
  request.path = file.path();
  request.threads = 1;
  auto loaded = LoadModel(request, [](uint64_t, uint64_t) { return true; });
  return loaded.ok() ? std::move(loaded.value()) : nullptr;
}

// Greedy, everything else off.
inline SamplingParams GreedyParams() {
  SamplingParams params = {};
  params.top_p = 1.0f;
  params.typical_p = 1.0f;
  params.repeat_penalty = 1.0f;
  params.dry_base = 1.75f;
  params.mirostat_tau = 5.0f;
  params.mirostat_eta = 0.1f;
  params.seed = 1;
  return params;
}

// A greedy answer of letters: the random model's favourites include its end token.
inline GenerateRequest LettersAfter(const std::string& prompt, int32_t max_tokens) {
  GenerateRequest request;
  request.prompt = prompt;
  request.max_tokens = max_tokens;
  request.sampling = GreedyParams();
  request.sampling.grammar = "root ::= [a-z ] root | [a-z ]";
  return request;
}

}  // namespace abstractllm::test
