#include "tokenizer/wordpiece_model.h"

#include <algorithm>

#include "tokenizer/word_cache.h"

namespace abstractllm {
namespace {

class Scratch final : public SubwordScratch {
 public:
  WordCache cache;
};

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

ByteTrie MakeTrie(const TokenTable& tokens, const std::unordered_set<int32_t>& unspoken) {
  std::vector<std::pair<std::string_view, int32_t>> texts;
  for (int32_t id = 0; id < tokens.size(); ++id) {
    if (unspoken.count(id) == 0) texts.push_back({tokens.Text(id), id});
  }
  return ByteTrie(std::move(texts));
}

}  // namespace

WordPieceModel::WordPieceModel(const TokenTable& tokens, WordPieceOptions options,
                               const std::unordered_set<int32_t>& unspoken)
    : options_(std::move(options)),
      trie_(MakeTrie(tokens, unspoken)),
      inside_(trie_.Walk(options_.subword_prefix)) {}

std::unique_ptr<SubwordScratch> WordPieceModel::NewScratch() const {
  return std::make_unique<Scratch>();
}

bool WordPieceModel::Split(std::string_view word, std::vector<TokenSpan>* tokens) const {
  for (size_t at = 0; at < word.size();) {
    ByteTrie::Node node = at == 0 ? ByteTrie::kRoot : inside_;
    TokenSpan longest = {-1, static_cast<uint32_t>(at), 0};
    for (size_t end = at; node != ByteTrie::kNone && end < word.size();) {
      node = trie_.Step(node, word[end++]);
      if (node == ByteTrie::kNone || trie_.Value(node) < 0) continue;
      longest.id = trie_.Value(node);
      longest.end = static_cast<uint32_t>(end);
    }
    if (longest.id < 0) return false;
    tokens->push_back(longest);
    at = longest.end;
  }
  return true;
}

Status WordPieceModel::Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken*,
                              std::vector<TokenSpan>* tokens) const {
  WordCache& cache = static_cast<Scratch*>(scratch)->cache;
  if (piece.empty() || cache.Find(piece, tokens)) return Status::Ok();
  const size_t before = tokens->size();
  if (CountCharacters(piece) > options_.max_word_characters || !Split(piece, tokens)) {
    tokens->resize(before);
    if (options_.unknown_id < 0) {
      return Status::Error(Code::kInvalidRequest,
                           "The text has a word that the tokenizer has no tokens for, nor one for "
                           "unknown words.");
    }
    tokens->push_back({options_.unknown_id, 0, static_cast<uint32_t>(piece.size())});
  }
  cache.Store(piece, *tokens, before);
  return Status::Ok();
}

}  // namespace abstractllm
