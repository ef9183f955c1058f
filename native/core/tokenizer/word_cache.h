// The tokens of words that came lately: texts repeat themselves.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/subword_model.h"

namespace abstractllm {

// Of fixed size (1 MiB), from the first word on. Longer words, and those of more tokens
// than fit, are not kept. Thread: one at a time.
class WordCache {
 public:
  static constexpr size_t kLongestWord = 24;

  // Appends the word's tokens; false if it is not known.
  bool Find(std::string_view word, std::vector<TokenSpan>* tokens);
  // Keeps tokens[first...], those of the word that Find did not know just now.
  void Store(std::string_view word, const std::vector<TokenSpan>& tokens, size_t first);

 private:
  static constexpr size_t kMostTokens = 6;
  static constexpr size_t kSlots = size_t{1} << 14;

  // One cache line.
  struct Slot {
    uint64_t hash = 0;
    std::array<char, kLongestWord> word;
    std::array<int32_t, kMostTokens> ids;
    std::array<uint8_t, kMostTokens> ends;
    uint8_t length = 0;  // 0: empty
    uint8_t count = 0;
  };

  static bool Holds(const Slot& slot, uint64_t hash, std::string_view word);

  std::vector<Slot> slots_;
};

}  // namespace abstractllm
