// The characters of a pattern, and what escapes in it mean. For the parser's two parts.
#pragma once

#include <string>
#include <string_view>

#include "status.h"
#include "tokenizer/unicode/code_point_set.h"

namespace abstractllm {

// Thread: one at a time. Owns: nothing; the expression must outlive it.
class PatternReader {
 public:
  explicit PatternReader(std::string_view expression) : expression_(expression) {}

  bool AtEnd() const { return at_ == expression_.size() || failed(); }
  // The next character; nothing at the end.
  char32_t Peek() const;
  char32_t Next();
  // Takes `text` if it comes next.
  bool Take(std::string_view text);
  bool ComesNext(std::string_view text) const {
    return expression_.substr(at_, text.size()) == text;
  }
  bool Contains(char character) const {
    return expression_.find(character, at_) != std::string_view::npos;
  }
  size_t position() const { return at_; }
  void GoTo(size_t position) { at_ = position; }

  // After a backslash: a class such as \s or \p{L}, taken if it is one.
  bool ClassEscape(CodePointRanges* set);
  // After a backslash, if it was none: the one character that is meant.
  char32_t CharacterEscape();
  // A number up to 100000, if one comes next.
  bool Number(uint32_t* number);

  // What cannot be: the first counts.
  void Fail(const std::string& what);
  bool failed() const { return !status_.ok(); }
  const Status& status() const { return status_; }

 private:
  bool Property(bool negated, CodePointRanges* set);
  char32_t HexDigits(size_t least, size_t most);

  std::string_view expression_;
  size_t at_ = 0;
  Status status_;
};

}  // namespace abstractllm
