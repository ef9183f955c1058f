// Finds added tokens in a text: those that are looked for before a model looks for its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/tokenizer_json.h"
#include "tokenizer/byte_trie.h"
#include "tokenizer/pre_tokenizer.h"

namespace abstractllm {

// Thread: any, concurrently. Of tokens at the same place the longest counts.
class AddedTokenFinder {
 public:
  // The texts are looked for as they are: normalised, where the searched one will be.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }
  // Cuts `text` into pieces that are tokens and pieces that are not, all of it. Without
  // `parse_special`, special tokens are text like any other.
  void Split(std::string_view text, bool parse_special, std::vector<Piece>* pieces) const;

 private:
  struct Match {
    const AddedToken* token = nullptr;
    size_t begin = 0;
    size_t end = 0;
  };

  // The first match at `from` or behind it.
  Match FindFrom(std::string_view text, size_t from) const;
  size_t NextStart(std::string_view text, size_t from) const;
  bool Counts(std::string_view text, const Match& match, bool parse_special) const;

  std::vector<AddedToken> tokens_;
  ByteTrie trie_;
  std::array<bool, 256> starts_{};  // bytes that tokens begin with
  int only_start_ = -1;             // if it is one for all
};

}  // namespace abstractllm
