// A query and a document as one input, the way a reranker was trained to read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loaded_model.h"
#include "status.h"

namespace abstractllm {

// By the model's own template for ranking if its file has one, else as its tokenizer puts
// two texts together: "[CLS] a [SEP] b [SEP]", "<s> a </s></s> b </s>". Special tokens
// written in the texts stay text.
//
// Thread: the text thread (large stack). `model` must outlive it.
class TextPair {
 public:
  // Errors: kUnsupportedFeature when the file has neither template nor separators, and
  // what tokenising the query says.
  static Result<TextPair> Create(const LoadedModel& model, const std::string& query,
                                 const CancelToken* cancel);
  Result<std::vector<int32_t>> Encode(const std::string& document, const CancelToken* cancel) const;
  // Where the document begins; nothing when its place depends on a template.
  std::optional<size_t> document_start() const;

 private:
  TextPair(const LoadedModel& model, std::string query)
      : model_(&model), query_(std::move(query)) {}
  Status ReadSeparators(const CancelToken* cancel);
  std::vector<PromptPart> FillTemplate(const std::string& document) const;

  const LoadedModel* model_;
  std::string query_;
  std::string template_;  // empty: the fields below
  std::vector<int32_t> before_document_;
  std::vector<int32_t> after_document_;
};

}  // namespace abstractllm
