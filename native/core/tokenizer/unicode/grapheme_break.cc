#include "tokenizer/unicode/grapheme_break.h"

#include "tokenizer/unicode/code_point_values.h"

namespace abstractllm {

using Break = GraphemeBreak;

GraphemeBreak GraphemeBreakOf(char32_t code) {
  static const CodePointValues values(kUnicodeData.grapheme_breaks);
  return static_cast<GraphemeBreak>(values.At(code));
}

bool GraphemeSplitter::Breaks(Break now) const {
  const auto is_control = [](Break kind) {
    return kind == Break::kControl || kind == Break::kCarriageReturn || kind == Break::kLineFeed;
  };
  if (last_ == Break::kCarriageReturn && now == Break::kLineFeed) return false;
  if (is_control(last_) || is_control(now)) return true;
  if (now == Break::kExtend || now == Break::kJoiner || now == Break::kSpacingMark) return false;
  switch (last_) {
    case Break::kPrepend:
      return false;
    case Break::kLead:
      return now != Break::kLead && now != Break::kVowel && now != Break::kLeadVowel &&
             now != Break::kLeadVowelTail;
    case Break::kVowel:
    case Break::kLeadVowel:
      return now != Break::kVowel && now != Break::kTail;
    case Break::kTail:
    case Break::kLeadVowelTail:
      return now != Break::kTail;
    case Break::kRegional:
      return now != Break::kRegional || !odd_regionals_;
    case Break::kJoiner:
      return now != Break::kPictographic || !after_joined_picture_;
    default:
      return true;
  }
}

bool GraphemeSplitter::BreaksBefore(char32_t code) {
  const Break now = GraphemeBreakOf(code);
  const bool breaks = Breaks(now);
  odd_regionals_ = now == Break::kRegional && !(last_ == Break::kRegional && odd_regionals_);
  after_joined_picture_ = after_picture_ && now == Break::kJoiner;
  after_picture_ = now == Break::kPictographic || (after_picture_ && now == Break::kExtend);
  last_ = now;
  return breaks;
}

}  // namespace abstractllm
