#include "tokenizer/pattern/pattern.h"

#include <utility>

#include "tokenizer/pattern/pattern_parser.h"
#include "tokenizer/pattern/pattern_program.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {

Result<Pattern> Pattern::Compile(std::string_view expression) {
  const Result<PatternNode> tree = ParsePattern(expression);
  if (!tree.ok()) return tree.status();
  Result<PatternProgram> program = CompilePattern(tree.value(), expression);
  if (!program.ok()) return program.status();
  return Pattern(std::make_unique<const PatternProgram>(std::move(program.value())));
}

Pattern Pattern::Literal(std::string_view text) {
  auto program = std::make_unique<PatternProgram>();
  program->is_literal = true;
  program->literal = text;
  return Pattern(std::move(program));
}

Pattern::Pattern(std::unique_ptr<const PatternProgram> program) : program_(std::move(program)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Pattern::Finder::Finder(const Pattern& pattern, std::string_view text, PatternScratch* scratch)
    : program_(*pattern.program_), text_(text), matcher_(program_, text, scratch) {}

bool Pattern::Finder::Search(PatternMatch* match) {
  if (!program_.is_literal) return matcher_.Search(at_, match);
  const size_t begin = text_.find(program_.literal, at_);
  if (begin == std::string_view::npos) return false;
  *match = {begin, begin + program_.literal.size()};
  return true;
}

bool Pattern::Finder::Next(PatternMatch* match) {
  while (at_ <= text_.size() && Search(match)) {
    const bool is_empty = match->begin == match->end;
    if (!is_empty || match->end != last_end_) {
      at_ = last_end_ = match->end;
      return true;
    }
    // Right behind the last match: from the next character on.
    at_ = at_ < text_.size() ? CharacterEnd(text_, at_) : text_.size() + 1;
  }
  return false;
}

}  // namespace abstractllm
