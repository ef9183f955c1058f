// Follows a program over a text.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokenizer/pattern/pattern_program.h"
#include "tokenizer/pattern/pattern_scratch.h"

namespace abstractllm {

// Backtracks as Oniguruma does, on a stack of its own, but nothing twice: a run of
// characters that once led nowhere is not tried again from its middle; and when a text
// takes more than kStepsPerByte steps per byte, every choice at every byte is remembered.
// Thread: one at a time. Owns: nothing; all must outlive it.
class PatternMatcher {
 public:
  PatternMatcher(const PatternProgram& program, std::string_view text, PatternScratch* scratch);

  // The first match that begins at `at` or later, where a character begins. False: none.
  bool Search(size_t at, PatternMatch* match);

 private:
  enum class Outcome { kMatched, kFailed, kGoOn };

  bool MatchAt(uint32_t alternative, uint32_t at, uint32_t* end);
  Outcome Step(uint32_t* instruction, uint32_t* at);
  // Takes the next choice from the stack. False if there is none.
  bool Backtrack(uint32_t* instruction, uint32_t* at);
  bool TakeRun(const PatternInstruction& run, uint32_t instruction, uint32_t* at);
  // A run of at most one character.
  void TakeOptional(const PatternInstruction& now, uint32_t instruction, uint32_t* at);
  bool TakeLazyRun(const PatternInstruction& run, uint32_t instruction, uint32_t* at);
  bool GiveBack(PatternScratch::Entry* entry, uint32_t* at);
  // Of runs without a maximum: that none that begins from `begin` to `end` leads anywhere.
  void Failed(const PatternInstruction& choice, uint32_t begin, uint32_t end);
  bool HasFailed(const PatternInstruction& choice, uint32_t at) const;
  // Where `characters` more end, or kNowhere if `end` is before.
  uint32_t Advance(uint32_t at, uint32_t characters, uint32_t end) const;
  // The last end of a run from `begin` to `end` that is not known to lead nowhere.
  uint32_t LastHope(const PatternInstruction& now, uint32_t begin, uint32_t end) const;
  // Whether a run that ends at `at` is known to.
  bool IsHopeless(const PatternInstruction& now, uint32_t at) const;
  // Ends the innermost look, whose body matched.
  bool EndLook(uint32_t* instruction, uint32_t* at);
  bool Holds(PatternAssertion assertion, uint32_t at) const;
  bool IsWordAt(uint32_t at) const;
  bool LooksAtClass(const PatternInstruction& look, uint32_t at) const;

  bool InSet(const CodePointSet& set, uint32_t* at) const;
  // Where a run from `at` of at most `most` characters ends, at `limit` at the latest.
  uint32_t EndOfRun(const CodePointSet& set, uint32_t at, uint32_t limit, uint32_t most,
                    uint32_t* taken);
  uint32_t Size() const { return static_cast<uint32_t>(text_.size()); }

  enum class Memory { kNew, kFailed, kSucceeded };
  Memory Remember(const PatternInstruction& choice, uint32_t at);
  void ForgetAt(uint32_t at);
  void StartRemembering();

  const PatternProgram& program_;
  std::string_view text_;
  PatternScratch& scratch_;
  uint64_t steps_allowed_;
  bool remembers_ = false;
  size_t words_per_byte_ = 0;
  uint32_t look_;  // index of the innermost open look in the stack, or kNoLook
};

}  // namespace abstractllm
