// Each word is a token, or unknown.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>

#include "tokenizer/subword_model.h"
#include "tokenizer/token_table.h"

namespace abstractllm {

// Thread: any. `tokens` must outlive the model.
class WordLevelModel final : public SubwordModel {
 public:
  // `unknown_id` -1: unknown words are errors. `unspoken`: tokens that no text may become.
  WordLevelModel(const TokenTable& tokens, int32_t unknown_id, std::unordered_set<int32_t> unspoken)
      : tokens_(tokens), unknown_id_(unknown_id), unspoken_(std::move(unspoken)) {}

  std::unique_ptr<SubwordScratch> NewScratch() const override;
  Status Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                std::vector<TokenSpan>* tokens) const override;

 private:
  const TokenTable& tokens_;
  int32_t unknown_id_;
  std::unordered_set<int32_t> unspoken_;
};

}  // namespace abstractllm
