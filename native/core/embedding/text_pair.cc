#include "embedding/text_pair.h"

#include <algorithm>

#include "llama.h"

namespace abstractllm {
namespace {

constexpr const char* kQuery = "{query}";
constexpr const char* kDocument = "{document}";

void AppendToken(int32_t token, std::vector<int32_t>* tokens) {
  if (token != LLAMA_TOKEN_NULL) tokens->push_back(token);
}

}  // namespace

Result<TextPair> TextPair::Create(const LoadedModel& model, const std::string& query,
                                  const CancelToken* cancel) {
  TextPair pair(model, query);
  const char* source = llama_model_chat_template(model.model.get(), "rerank");
  if (source != nullptr && *source != '\0') {
    pair.template_ = source;
    return pair;
  }
  if (Status status = pair.ReadSeparators(cancel); !status.ok()) return status;
  return pair;
}

Status TextPair::ReadSeparators(const CancelToken* cancel) {
  const llama_vocab* vocab = llama_model_get_vocab(model_->model.get());
  if (llama_vocab_type(vocab) == LLAMA_VOCAB_TYPE_WPM) {
    // Puts its tokens around a text whatever the flags say.
    AppendToken(llama_vocab_sep(vocab), &after_document_);
  } else if (llama_vocab_get_add_eos(vocab)) {
    AppendToken(llama_vocab_eos(vocab), &after_document_);
  }
  std::vector<int32_t> between = after_document_;
  if (llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_WPM && llama_vocab_get_add_sep(vocab)) {
    AppendToken(llama_vocab_sep(vocab), &between);
  }
  if (between.empty()) {
    return Status::Error(Code::kUnsupportedFeature,
                         "This model's file says neither how to put a query and a document "
                         "together (tokenizer.chat_template.rerank) nor what separates two texts.");
  }
  Result<std::vector<int32_t>> query = model_->tokenizer->Encode(query_, {false, false, cancel});
  if (!query.ok()) return query.status();
  if (llama_vocab_type(vocab) == LLAMA_VOCAB_TYPE_WPM || llama_vocab_get_add_bos(vocab)) {
    AppendToken(llama_vocab_bos(vocab), &before_document_);
  }
  before_document_.insert(before_document_.end(), query.value().begin(), query.value().end());
  before_document_.insert(before_document_.end(), between.begin(), between.end());
  return Status::Ok();
}

// In one pass, so that a query that contains "{document}" stays what it is.
std::vector<PromptPart> TextPair::FillTemplate(const std::string& document) const {
  std::vector<PromptPart> parts;
  size_t at = 0;
  while (at < template_.size()) {
    const size_t query = template_.find(kQuery, at);
    const size_t place = std::min(query, template_.find(kDocument, at));
    parts.push_back({template_.substr(at, place - at), /*from_input=*/false});
    if (place == std::string::npos) break;
    parts.push_back({place == query ? query_ : document, /*from_input=*/true});
    at = place + std::string(place == query ? kQuery : kDocument).size();
  }
  return parts;
}

std::optional<size_t> TextPair::document_start() const {
  if (!template_.empty()) return std::nullopt;
  return before_document_.size();
}

Result<std::vector<int32_t>> TextPair::Encode(const std::string& document,
                                              const CancelToken* cancel) const {
  if (!template_.empty()) {
    return TokenizePrompt(*model_->tokenizer, FillTemplate(document), /*add_special=*/false,
                          cancel);
  }
  Result<std::vector<int32_t>> encoded =
      model_->tokenizer->Encode(document, {false, false, cancel});
  if (!encoded.ok()) return encoded;
  std::vector<int32_t> tokens = before_document_;
  tokens.insert(tokens.end(), encoded.value().begin(), encoded.value().end());
  tokens.insert(tokens.end(), after_document_.begin(), after_document_.end());
  return tokens;
}

}  // namespace abstractllm
