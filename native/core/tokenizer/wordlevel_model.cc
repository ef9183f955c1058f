#include "tokenizer/wordlevel_model.h"

namespace abstractllm {

std::unique_ptr<SubwordScratch> WordLevelModel::NewScratch() const {
  return std::make_unique<SubwordScratch>();
}

Status WordLevelModel::Encode(std::string_view piece, SubwordScratch*, const CancelToken*,
                              std::vector<TokenSpan>* tokens) const {
  if (piece.empty()) return Status::Ok();
  int32_t id = tokens_.Find(piece);
  if (id < 0 || unspoken_.count(id) > 0) id = unknown_id_;
  if (id < 0) {
    return Status::Error(
        Code::kInvalidRequest,
        "The text has a word that the tokenizer has no token for, nor one for unknown words.");
  }
  tokens->push_back({id, 0, static_cast<uint32_t>(piece.size())});
  return Status::Ok();
}

}  // namespace abstractllm
