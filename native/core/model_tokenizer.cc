#include "model_tokenizer.h"

#include <utility>

#include "llama_tokenizer.h"
#include "tokenizer/read_tokenizer.h"

namespace abstractllm {
namespace {

TokenizerTraits TraitsOf(const GgufSummary& summary) {
  TokenizerTraits traits;
  traits.model = summary.Text("tokenizer.ggml.model");
  traits.pre = summary.Text("tokenizer.ggml.pre");
  const GgufEntry* prefix = summary.Find("tokenizer.ggml.add_space_prefix");
  const auto* value = prefix == nullptr ? nullptr : std::get_if<bool>(&prefix->value);
  if (value != nullptr) traits.adds_space_prefix = *value;
  return traits;
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> MakeModelTokenizer(const ModelSource& source,
                                                      const llama_vocab* vocab) {
  const Vocabulary* vocabulary = source.vocabulary;
  if (vocabulary != nullptr && vocabulary->tokenizer_json != nullptr) {
    auto own = MakeTokenizer(*vocabulary->tokenizer_json);
    if (own.ok()) {
      own.value()->Configure(vocabulary->tokenizer);
      own.value()->SetVocabularySize(static_cast<int32_t>(vocabulary->size));
      own.value()->StopAt(vocabulary->stop_tokens);
      return std::unique_ptr<Tokenizer>(std::move(own.value()));
    }
    // Then the engine's, unless it would give other tokens.
    const bool unsupported = own.status().code == Code::kUnsupportedModel;
    if (!unsupported || !vocabulary->engine_differs.empty()) return own.status();
  }
  auto tokenizer = std::make_unique<LlamaTokenizer>(vocab, TraitsOf(source.summary));
  if (vocabulary != nullptr) tokenizer->StopAt(vocabulary->stop_tokens);
  return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

}  // namespace abstractllm
