// Regular expressions as tokenizers write them, matched as Oniguruma does: alternatives in
// their order, greedy unless said otherwise, over Unicode characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "status.h"
#include "tokenizer/pattern/pattern_matcher.h"

namespace abstractllm {

// Matching takes time in proportion to the text, whatever the pattern and the text; it
// does not recurse, and its memory is bounded by both.
// Thread: any, concurrently, each with a scratch of its own.
class Pattern {
 public:
  // Errors: kUnsupportedModel for what it does not know (back-references, \X, ...) and
  // what is no pattern; the message says where.
  static Result<Pattern> Compile(std::string_view expression);
  // Matches `text` itself and nothing else.
  static Pattern Literal(std::string_view text);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Goes over the matches of one text, none of which overlap. An empty match right behind
  // another does not count.
  class Finder {
   public:
    // `text` is valid UTF-8; all must outlive the finder.
    Finder(const Pattern& pattern, std::string_view text, PatternScratch* scratch);
    bool Next(PatternMatch* match);

   private:
    bool Search(PatternMatch* match);

    const PatternProgram& program_;
    std::string_view text_;
    PatternMatcher matcher_;
    size_t at_ = 0;
    size_t last_end_ = SIZE_MAX;
  };

 private:
  explicit Pattern(std::unique_ptr<const PatternProgram> program);

  std::unique_ptr<const PatternProgram> program_;
};

}  // namespace abstractllm
