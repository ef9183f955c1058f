// Where what people take for one character ends (extended grapheme clusters of UAX #29).
#pragma once

#include <cstdint>

namespace abstractllm {

// Values of the generated table; the order is unicode-tables.mjs's.
enum class GraphemeBreak : uint8_t {
  kOther,
  kControl,
  kCarriageReturn,
  kLineFeed,
  kExtend,
  kJoiner,
  kSpacingMark,
  kPrepend,
  kLead,
  kVowel,
  kTail,
  kLeadVowel,
  kLeadVowelTail,
  kRegional,
  kPictographic,
};

GraphemeBreak GraphemeBreakOf(char32_t code);

// Goes over the characters of a text.
// Thread: one at a time.
class GraphemeSplitter {
 public:
  // Whether a cluster ends before `code`, which is the next character.
  bool BreaksBefore(char32_t code);

 private:
  bool Breaks(GraphemeBreak now) const;

  GraphemeBreak last_ = GraphemeBreak::kControl;
  bool odd_regionals_ = false;
  // The cluster ends in a picture, marks on it, and for the second, a joiner.
  bool after_picture_ = false;
  bool after_joined_picture_ = false;
};

}  // namespace abstractllm
