// A pattern as the matcher follows it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "status.h"
#include "tokenizer/pattern/pattern_tree.h"
#include "tokenizer/unicode/code_point_set.h"

namespace abstractllm {

struct PatternInstruction {
  enum class Op : uint8_t {
    kAccept,
    kByte,       // one ASCII character: `byte`
    kClass,      // one character of sets[set]
    kRun,        // `min` to `max` characters of sets[set], as many as possible first
    kLazyRun,    // as few as possible first
    kSplit,      // `next`, then `other`
    kLookClass,  // whether one character of sets[set] is here or ends here
    kLook,       // whether what begins at `other` matches `back` characters before
    kLookEnd,
    kAssert,
  };

  Op op = Op::kAccept;
  unsigned char byte = 0;
  bool negated = false;    // of kLook, kLookClass
  bool behind = false;     // of kLookClass
  bool gives_back = true;  // of kRun: whether fewer characters may help
  bool inside_look = false;
  PatternAssertion assertion = PatternAssertion::kTextBegin;
  uint32_t next = 0;
  uint32_t other = 0;
  uint32_t set = 0;
  // What can follow a kRun; kAnything if that may be nothing at all.
  uint32_t next_set = 0;
  uint32_t min = 0;
  uint32_t max = 0;
  uint32_t back = 0;
  // Of kRun and kLazyRun without a maximum: index in PatternScratch::runs; else kNoRun.
  uint32_t run = 0;
  // Of kSplit, kRun and kLazyRun: index among those.
  uint32_t choice = 0;
};

constexpr uint32_t kAnything = UINT32_MAX;
constexpr uint32_t kNoRun = UINT32_MAX;

// What a match can be: the top level of the pattern.
struct PatternAlternative {
  uint32_t begin = 0;
  // What it can begin with; kAnything if that may be nothing at all.
  uint32_t first = kAnything;
};

// Thread: any, concurrently.
struct PatternProgram {
  std::vector<PatternInstruction> instructions;
  std::vector<CodePointSet> sets;
  std::vector<PatternAlternative> alternatives;
  // Bit i: alternatives[i] can begin with this ASCII character; only with up to 64.
  std::array<uint64_t, 128> alternatives_of{};
  uint32_t runs = 0;
  uint32_t choices = 0;
  // Of Pattern::Literal: what to look for instead of all of the above.
  bool is_literal = false;
  std::string literal;
};

// Errors: kUnsupportedModel for programs that are too large, groups that repeat nothing,
// looks behind at what has no fixed length. `expression` is for their messages.
Result<PatternProgram> CompilePattern(const PatternNode& tree, std::string_view expression);

}  // namespace abstractllm
