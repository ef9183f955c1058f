#include "gguf_probe.h"

#include <optional>

#include "engine_assertion.h"
#include "gguf_file.h"
#include "llama-cpp.h"
#include "llama.h"

namespace abstractllm::test {
namespace {

constexpr uint32_t kContext = 64;

std::string last_error;

void OnLog(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR && last_error.size() < 1000) last_error += text;
}

void InitializeOnce() {
  static const bool initialized = [] {
    llama_log_set(OnLog, nullptr);
    llama_backend_init();
    return true;
  }();
  (void)initialized;
}

// Leaves `net` before it computes: most of that happens in threads without one.
bool Decode(llama_model* model, std::optional<EngineAssertionScope>* net) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = kContext;
  params.n_batch = kContext;
  params.n_ubatch = kContext;
  params.n_threads = 1;
  params.n_threads_batch = 1;
  const llama_context_ptr context(llama_init_from_model(model, params));
  if (context == nullptr) return false;
  net->reset();
  const llama_vocab* vocab = llama_model_get_vocab(model);
  llama_token tokens[4] = {};
  int32_t count = 1;
  if (llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE) {
    try {
      count = llama_tokenize(vocab, "ab", 2, tokens, 4, /*add_special=*/true, true);
    } catch (const std::exception&) {
      count = 1;  // a vocabulary without some byte
    }
    if (count < 1) count = 1;
  }
  const llama_batch batch = llama_batch_get_one(tokens, count);
  if (llama_model_has_encoder(model) && llama_encode(context.get(), batch) != 0) return false;
  return !llama_model_has_decoder(model) || llama_decode(context.get(), batch) == 0;
}

}  // namespace

ProbeResult ProbeGguf(const std::string& path, const ProbeOptions& options, std::string* reason) {
  if (options.validate) {
    const Result<GgufSummary> summary = ReadGguf(path);
    const Status status = summary.ok() ? ValidateForLoading(summary.value()) : summary.status();
    if (!status.ok()) {
      *reason = status.message;
      return ProbeResult::kRejected;
    }
  }
  if (!options.load) return ProbeResult::kLoaded;
  InitializeOnce();
  last_error.clear();
  std::optional<EngineAssertionScope> net;
  if (options.net) net.emplace();
  llama_model_params params = llama_model_default_params();
  params.use_extra_bufts = false;
  const llama_model_ptr model(llama_model_load_from_file(path.c_str(), params));
  try {
    if (model != nullptr && Decode(model.get(), &net)) return ProbeResult::kLoaded;
    *reason = last_error;
  } catch (const std::exception& error) {
    *reason = std::string("while decoding: ") + error.what();
  }
  return ProbeResult::kRefusedByEngine;
}

}  // namespace abstractllm::test
