#include "tokenizer/word_cache.h"

#include <cstring>

#include "tokenizer/text_hash.h"

namespace abstractllm {

bool WordCache::Holds(const Slot& slot, uint64_t hash, std::string_view word) {
  return slot.hash == hash && slot.length == word.size() &&
         std::memcmp(slot.word.data(), word.data(), word.size()) == 0;
}

bool WordCache::Find(std::string_view word, std::vector<TokenSpan>* tokens) {
  if (slots_.empty() || word.empty() || word.size() > kLongestWord) return false;
  const uint64_t hash = HashText(word);
  const Slot* slot = &slots_[hash % kSlots];
  if (!Holds(*slot, hash, word)) slot = &slots_[(hash % kSlots) ^ 1];
  if (!Holds(*slot, hash, word)) return false;
  uint32_t begin = 0;
  for (size_t i = 0; i < slot->count; ++i) {
    tokens->push_back({slot->ids[i], begin, slot->ends[i]});
    begin = slot->ends[i];
  }
  return true;
}

void WordCache::Store(std::string_view word, const std::vector<TokenSpan>& tokens, size_t first) {
  const size_t count = tokens.size() - first;
  if (word.empty() || word.size() > kLongestWord || count > kMostTokens) return;
  if (slots_.empty()) slots_.resize(kSlots);
  Slot slot;
  slot.hash = HashText(word);
  slot.length = static_cast<uint8_t>(word.size());
  slot.count = static_cast<uint8_t>(count);
  std::memcpy(slot.word.data(), word.data(), word.size());
  uint32_t begin = 0;
  for (size_t i = 0; i < count; ++i) {
    const TokenSpan& token = tokens[first + i];
    // Only such tokens can be told by their ends.
    if (token.begin != begin) return;
    slot.ids[i] = token.id;
    slot.ends[i] = static_cast<uint8_t>(token.end);
    begin = token.end;
  }
  // Two places for each word: the newest goes to the first.
  Slot& place = slots_[slot.hash % kSlots];
  if (place.length > 0) slots_[(slot.hash % kSlots) ^ 1] = place;
  place = slot;
}

}  // namespace abstractllm
