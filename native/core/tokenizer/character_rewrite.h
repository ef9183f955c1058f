// Rewriting character by character, with the reference's notion of what stands for what.
#pragma once

#include "tokenizer/aligned_text.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {

// A new character, and how it came about: 0 for what takes the place of the next old one, 1
// for one that is inserted, -n for one that takes the place of n more.
struct ChangedCharacter {
  char32_t code = 0;
  int change = 0;
};

// Thread: one at a time. Owns: nothing.
class CharacterRewrite {
 public:
  // Goes on at byte `at` of the old text.
  CharacterRewrite(TextRewrite* rewrite, size_t at) : rewrite_(*rewrite), at_(at) {}

  void Put(ChangedCharacter character) {
    const size_t size = rewrite_.old_text().size();
    if (character.change > 0 || at_ >= size) {
      rewrite_.PutAfter(character.code, at_);
      return;
    }
    rewrite_.Put(character.code, at_);
    for (int i = character.change; i <= 0 && at_ < size; ++i) {
      at_ = CharacterEnd(rewrite_.old_text(), at_);
    }
  }

 private:
  TextRewrite& rewrite_;
  size_t at_;
};

}  // namespace abstractllm
