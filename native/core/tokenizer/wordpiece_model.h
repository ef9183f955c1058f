// WordPiece: the longest token that a word begins with, and so on through its rest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

#include "tokenizer/byte_trie.h"
#include "tokenizer/subword_model.h"
#include "tokenizer/token_table.h"

namespace abstractllm {

struct WordPieceOptions {
  // What becomes of a word that tokens cannot make up; -1: an error.
  int32_t unknown_id = -1;
  std::string subword_prefix = "##";  // of tokens that do not begin a word
  uint32_t max_word_characters = 100;
};

// Thread: any. `tokens` must outlive the model.
class WordPieceModel final : public SubwordModel {
 public:
  // `unspoken`: tokens that no text may become.
  WordPieceModel(const TokenTable& tokens, WordPieceOptions options,
                 const std::unordered_set<int32_t>& unspoken);

  std::unique_ptr<SubwordScratch> NewScratch() const override;
  Status Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                std::vector<TokenSpan>* tokens) const override;

 private:
  // False if a part of the word is no token.
  bool Split(std::string_view word, std::vector<TokenSpan>* tokens) const;

  WordPieceOptions options_;
  ByteTrie trie_;
  ByteTrie::Node inside_;  // where tokens that do not begin a word hang; kNone: nowhere
};

}  // namespace abstractllm
