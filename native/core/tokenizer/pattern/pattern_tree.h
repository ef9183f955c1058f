// A pattern as it was written.
#pragma once

#include <cstdint>
#include <vector>

#include "tokenizer/unicode/code_point_set.h"

namespace abstractllm {

constexpr uint32_t kUnlimited = UINT32_MAX;

enum class PatternAssertion {
  kLineBegin,         // ^
  kLineEnd,           // $
  kTextBegin,         // \A
  kTextEnd,           // \z
  kTextEndOrNewline,  // \Z
  kWordBoundary,      // \b
  kNoWordBoundary,    // \B
};

struct PatternNode {
  enum class Kind {
    kSequence,     // children, none: matches what is empty
    kAlternation,  // children, the first that matches
    kClass,        // one character of `set`
    kRepeat,       // the one child, `min` to `max` times
    kLook,         // whether the one child matches here, or ends here
    kAssert,
  };

  Kind kind = Kind::kSequence;
  CodePointRanges set;
  std::vector<PatternNode> children;
  uint32_t min = 0;
  uint32_t max = kUnlimited;
  bool lazy = false;        // of kRepeat
  bool possessive = false;  // of kRepeat; its child is a kClass then
  bool behind = false;      // of kLook
  bool negated = false;     // of kLook
  PatternAssertion assertion = PatternAssertion::kTextBegin;
};

}  // namespace abstractllm
