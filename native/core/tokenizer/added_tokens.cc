#include "tokenizer/added_tokens.h"

#include <algorithm>
#include <cstring>

#include "tokenizer/special_tokens.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

bool EndsWithWord(std::string_view text) {
  return !text.empty() && WordCharacters().Contains(CharacterBefore(text, text.size()).code);
}

bool StartsWithWord(std::string_view text) {
  return !text.empty() && WordCharacters().Contains(CharacterAt(text, 0).code);
}

// Where the white space begins that ends before `end`.
size_t SpaceBefore(std::string_view text, size_t end) {
  while (end > 0) {
    const Utf8Character before = CharacterBefore(text, end);
    if (!WhiteSpace().Contains(before.code)) break;
    end -= before.bytes;
  }
  return end;
}

size_t SpaceBehind(std::string_view text, size_t at) {
  while (at < text.size()) {
    const Utf8Character next = CharacterAt(text, at);
    if (!WhiteSpace().Contains(next.code)) break;
    at += next.bytes;
  }
  return at;
}

void AddText(size_t begin, size_t end, std::vector<Piece>* pieces) {
  if (begin < end) {
    pieces->push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), -1});
  }
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  const auto is_nothing = [](const AddedToken& token) { return token.text.empty(); };
  tokens_.erase(std::remove_if(tokens_.begin(), tokens_.end(), is_nothing), tokens_.end());
  std::vector<std::pair<std::string_view, int32_t>> texts;
  // The trie takes the last of equal texts, the reference the first.
  for (size_t i = tokens_.size(); i-- > 0;) {
    texts.push_back({tokens_[i].text, static_cast<int32_t>(i)});
    starts_[static_cast<unsigned char>(tokens_[i].text[0])] = true;
  }
  trie_ = ByteTrie(std::move(texts));
  if (std::count(starts_.begin(), starts_.end(), true) == 1) {
    only_start_ =
        static_cast<int>(std::find(starts_.begin(), starts_.end(), true) - starts_.begin());
  }
}

size_t AddedTokenFinder::NextStart(std::string_view text, size_t from) const {
  if (only_start_ >= 0) {
    const void* found = std::memchr(text.data() + from, only_start_, text.size() - from);
    return found == nullptr ? text.size()
                            : static_cast<size_t>(static_cast<const char*>(found) - text.data());
  }
  while (from < text.size() && !starts_[static_cast<unsigned char>(text[from])]) ++from;
  return from;
}

AddedTokenFinder::Match AddedTokenFinder::FindFrom(std::string_view text, size_t from) const {
  for (size_t at = from; (at = NextStart(text, at)) < text.size(); ++at) {
    Match match;
    ByteTrie::Node node = ByteTrie::kRoot;
    for (size_t end = at; end < text.size();) {
      node = trie_.Step(node, text[end++]);
      if (node == ByteTrie::kNone) break;
      if (const int32_t index = trie_.Value(node); index >= 0) {
        match = {&tokens_[static_cast<size_t>(index)], at, end};
      }
    }
    if (match.token != nullptr) return match;
  }
  return {};
}

bool AddedTokenFinder::Counts(std::string_view text, const Match& match, bool parse_special) const {
  if (!parse_special && IsSpecialToken(*match.token)) return false;
  return !match.token->single_word ||
         (!EndsWithWord(text.substr(0, match.begin)) && !StartsWithWord(text.substr(match.end)));
}

// One that does not count still hides those that overlap it, as in the reference.
void AddedTokenFinder::Split(std::string_view text, bool parse_special,
                             std::vector<Piece>* pieces) const {
  pieces->clear();
  size_t done = 0;
  for (size_t from = 0; !empty() && from < text.size();) {
    const Match match = FindFrom(text, from);
    if (match.token == nullptr) break;
    from = match.end;
    if (!Counts(text, match, parse_special)) continue;
    const size_t begin =
        match.token->lstrip ? std::max(done, SpaceBefore(text, match.begin)) : match.begin;
    const size_t end = match.token->rstrip ? SpaceBehind(text, match.end) : match.end;
    AddText(done, begin, pieces);
    pieces->push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end),
                       static_cast<int32_t>(match.token->id)});
    done = end;
  }
  AddText(done, text.size(), pieces);
}

}  // namespace abstractllm
