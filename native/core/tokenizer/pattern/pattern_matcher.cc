#include "tokenizer/pattern/pattern_matcher.h"

#include <algorithm>

#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

using Op = PatternInstruction::Op;
using Entry = PatternScratch::Entry;

constexpr uint32_t kNoLook = UINT32_MAX;
// Far more than the patterns of real tokenizers take.
constexpr uint64_t kStepsPerByte = 64;
constexpr uint64_t kFreeSteps = 4096;
constexpr size_t kBitsPerChoice = 2;
constexpr uint32_t kNowhere = UINT32_MAX;
constexpr size_t kWordBits = 64;

}  // namespace

PatternMatcher::PatternMatcher(const PatternProgram& program, std::string_view text,
                               PatternScratch* scratch)
    : program_(program),
      text_(text),
      scratch_(*scratch),
      steps_allowed_(scratch->steps + kFreeSteps + kStepsPerByte * text.size()),
      look_(kNoLook) {
  scratch_.stack.clear();
  scratch_.trail.clear();
  scratch_.runs.assign(program.runs, {});
}

bool PatternMatcher::Search(size_t from, PatternMatch* match) {
  auto at = static_cast<uint32_t>(from);
  const size_t count = program_.alternatives.size();
  const bool dispatched = count <= kWordBits;
  for (;;) {
    const bool at_end = at == Size();
    const Utf8Character character = at_end ? Utf8Character() : CharacterAt(text_, at);
    const bool is_ascii = !at_end && character.bytes == 1;
    uint64_t possible = dispatched && is_ascii ? program_.alternatives_of[character.code] : ~0ull;
    ++scratch_.steps;
    for (uint32_t i = 0; i < count; ++i) {
      if (dispatched) {
        if (possible == 0) break;
        const bool is_possible = (possible & 1) != 0;
        possible >>= 1;
        if (!is_possible) continue;
      }
      const uint32_t first = program_.alternatives[i].first;
      if (first != kAnything && !(dispatched && is_ascii)) {
        if (at_end || !program_.sets[first].Contains(character.code)) continue;
      }
      uint32_t end = 0;
      if (MatchAt(i, at, &end)) {
        match->begin = at;
        match->end = end;
        return true;
      }
    }
    if (at_end) return false;
    at += character.bytes;
  }
}

bool PatternMatcher::MatchAt(uint32_t alternative, uint32_t at, uint32_t* end) {
  uint32_t instruction = program_.alternatives[alternative].begin;
  look_ = kNoLook;
  scratch_.stack.clear();
  scratch_.trail.clear();
  for (;;) {
    const Outcome outcome = Step(&instruction, &at);
    if (outcome == Outcome::kGoOn) continue;
    if (outcome == Outcome::kMatched) {
      *end = at;
      // What was tried at the match's end did not fail, and the next match begins there.
      if (remembers_) ForgetAt(at);
      return true;
    }
    if (!Backtrack(&instruction, &at)) return false;
  }
}

PatternMatcher::Outcome PatternMatcher::Step(uint32_t* instruction, uint32_t* at) {
  const PatternInstruction& now = program_.instructions[*instruction];
  if (++scratch_.steps > steps_allowed_ && !remembers_) StartRemembering();
  bool matches = true;
  switch (now.op) {
    case Op::kAccept:
      return Outcome::kMatched;
    case Op::kByte:
      matches = *at < Size() && static_cast<unsigned char>(text_[*at]) == now.byte;
      ++*at;
      break;
    case Op::kClass:
      matches = InSet(program_.sets[now.set], at);
      break;
    case Op::kRun:
    case Op::kLazyRun:
    case Op::kSplit: {
      if (remembers_) {
        const Memory memory = Remember(now, *at);
        if (memory == Memory::kFailed) return Outcome::kFailed;
        if (memory == Memory::kSucceeded) {
          return EndLook(instruction, at) ? Outcome::kGoOn : Outcome::kFailed;
        }
      }
      if (now.op == Op::kSplit) {
        scratch_.stack.push_back(
            {*instruction, *at, 0, 0, 0, static_cast<uint32_t>(scratch_.trail.size())});
      } else {
        matches = now.op == Op::kRun ? TakeRun(now, *instruction, at)
                                     : TakeLazyRun(now, *instruction, at);
      }
      break;
    }
    case Op::kLookClass:
      matches = LooksAtClass(now, *at);
      break;
    case Op::kLook: {
      // Its entry keeps the look around it in `least`.
      scratch_.stack.push_back(
          {*instruction, *at, look_, 0, 0, static_cast<uint32_t>(scratch_.trail.size())});
      look_ = static_cast<uint32_t>(scratch_.stack.size() - 1);
      for (uint32_t i = 0; i < now.back; ++i) {
        if (*at == 0) return Outcome::kFailed;
        *at = static_cast<uint32_t>(CharacterBegin(text_, *at - 1));
      }
      *instruction = now.other;
      return Outcome::kGoOn;
    }
    case Op::kLookEnd:
      return EndLook(instruction, at) ? Outcome::kGoOn : Outcome::kFailed;
    case Op::kAssert:
      matches = Holds(now.assertion, *at);
      break;
  }
  if (!matches) return Outcome::kFailed;
  *instruction = now.next;
  return Outcome::kGoOn;
}

bool PatternMatcher::Backtrack(uint32_t* instruction, uint32_t* at) {
  while (!scratch_.stack.empty()) {
    Entry& entry = scratch_.stack.back();
    const PatternInstruction& choice = program_.instructions[entry.instruction];
    scratch_.trail.resize(entry.trail);
    ++scratch_.steps;
    switch (choice.op) {
      case Op::kSplit:
        *instruction = choice.other;
        *at = entry.at;
        scratch_.stack.pop_back();
        return true;
      case Op::kRun:
        if (GiveBack(&entry, at)) {
          *instruction = choice.next;
          return true;
        }
        Failed(choice, entry.begin, entry.end);
        scratch_.stack.pop_back();
        break;
      case Op::kLazyRun: {
        // One more, as long as there is one; `least` counts what may still come.
        uint32_t next = entry.at;
        const bool more = entry.least > 0 && InSet(program_.sets[choice.set], &next);
        if (more && IsHopeless(choice, next)) {
          Failed(choice, entry.begin, scratch_.runs[choice.run].failed_end);
          scratch_.stack.pop_back();
          break;
        }
        if (more) {
          if (entry.least != kUnlimited) --entry.least;
          entry.at = next;
          *at = next;
          *instruction = choice.next;
          return true;
        }
        Failed(choice, entry.begin, entry.at);
        scratch_.stack.pop_back();
        break;
      }
      case Op::kLook: {
        // Its body has failed.
        look_ = entry.least;
        *at = entry.at;
        scratch_.stack.pop_back();
        if (choice.negated) {
          *instruction = choice.next;
          return true;
        }
        break;
      }
      default:
        scratch_.stack.pop_back();
        break;
    }
  }
  return false;
}

void PatternMatcher::Failed(const PatternInstruction& choice, uint32_t begin, uint32_t end) {
  if (choice.run == kNoRun) return;
  PatternScratch::Run& run = scratch_.runs[choice.run];
  run.failed_begin = begin;
  run.failed_end = end;
}

bool PatternMatcher::HasFailed(const PatternInstruction& choice, uint32_t at) const {
  if (choice.run == kNoRun) return false;
  const PatternScratch::Run& run = scratch_.runs[choice.run];
  return at >= run.failed_begin && at <= run.failed_end;
}

bool PatternMatcher::EndLook(uint32_t* instruction, uint32_t* at) {
  const Entry entry = scratch_.stack[look_];
  const PatternInstruction& look = program_.instructions[entry.instruction];
  if (remembers_) {
    for (size_t i = entry.trail; i < scratch_.trail.size(); ++i) {
      const size_t bit = scratch_.trail[i] + 1;
      scratch_.tried[bit / kWordBits] |= uint64_t{1} << (bit % kWordBits);
    }
    scratch_.trail.resize(entry.trail);
  }
  scratch_.stack.resize(look_);
  look_ = entry.least;
  *at = entry.at;
  *instruction = look.next;
  return !look.negated;
}

void PatternMatcher::TakeOptional(const PatternInstruction& now, uint32_t instruction,
                                  uint32_t* at) {
  const uint32_t begin = *at;
  uint32_t end = begin;
  if (!InSet(program_.sets[now.set], &end)) return;
  *at = end;
  if (!now.gives_back) return;
  scratch_.stack.push_back(
      {instruction, end, begin, begin, end, static_cast<uint32_t>(scratch_.trail.size())});
}

bool PatternMatcher::TakeRun(const PatternInstruction& now, uint32_t instruction, uint32_t* at) {
  if (now.max == 1 && now.min == 0) {
    TakeOptional(now, instruction, at);
    return true;
  }
  if (HasFailed(now, *at)) return false;
  const CodePointSet& set = program_.sets[now.set];
  const uint32_t begin = *at;
  uint32_t end = begin;
  uint32_t taken = 0;
  if (now.run != kNoRun) {
    PatternScratch::Run& run = scratch_.runs[now.run];
    if (begin >= run.begin && begin <= run.end) {
      end = run.end;
    } else {
      // What was gone over once is not gone over again.
      const bool may_meet = run.begin > begin && run.begin < Size();
      end = EndOfRun(set, begin, may_meet ? run.begin : Size(), kUnlimited, &taken);
      if (may_meet && end == run.begin) end = run.end;
      run.begin = begin;
      run.end = end;
    }
  } else {
    end = EndOfRun(set, begin, Size(), now.max, &taken);
  }
  const uint32_t least = Advance(begin, now.min, end);
  if (least == kNowhere) return false;
  *at = now.gives_back ? LastHope(now, begin, end) : end;
  if (now.gives_back && end > least) {
    scratch_.stack.push_back(
        {instruction, *at, least, begin, end, static_cast<uint32_t>(scratch_.trail.size())});
  }
  return true;
}

uint32_t PatternMatcher::Advance(uint32_t at, uint32_t characters, uint32_t end) const {
  for (uint32_t i = 0; i < characters; ++i) {
    if (at >= end) return kNowhere;
    at = static_cast<uint32_t>(CharacterEnd(text_, at));
  }
  return at;
}

uint32_t PatternMatcher::LastHope(const PatternInstruction& now, uint32_t begin,
                                  uint32_t end) const {
  if (now.run == kNoRun) return end;
  const PatternScratch::Run& run = scratch_.runs[now.run];
  if (run.failed_begin <= begin || run.failed_begin > end || run.failed_end != end) return end;
  if (now.min == 0) return static_cast<uint32_t>(CharacterBegin(text_, run.failed_begin - 1));
  const uint32_t known = Advance(run.failed_begin, now.min - 1, end);
  return known == kNowhere ? end : known;
}

bool PatternMatcher::IsHopeless(const PatternInstruction& now, uint32_t at) const {
  if (now.run == kNoRun) return false;
  const PatternScratch::Run& run = scratch_.runs[now.run];
  if (at < run.failed_begin || at > run.failed_end) return false;
  const uint32_t known = Advance(run.failed_begin, now.min, run.failed_end);
  return known != kNowhere && at >= known;
}

bool PatternMatcher::GiveBack(Entry* entry, uint32_t* at) {
  const PatternInstruction& now = program_.instructions[entry->instruction];
  const CodePointSet* follows = now.next_set != kAnything ? &program_.sets[now.next_set] : nullptr;
  uint32_t end = entry->at;
  while (end > entry->least) {
    ++scratch_.steps;
    end = static_cast<uint32_t>(CharacterBegin(text_, end - 1));
    // Where what follows cannot begin, it is not tried.
    if (follows != nullptr && !follows->Contains(CharacterAt(text_, end).code)) continue;
    entry->at = end;
    *at = end;
    return true;
  }
  return false;
}

bool PatternMatcher::TakeLazyRun(const PatternInstruction& now, uint32_t instruction,
                                 uint32_t* at) {
  if (HasFailed(now, *at)) return false;
  const uint32_t begin = *at;
  uint32_t taken = 0;
  *at = EndOfRun(program_.sets[now.set], begin, Size(), now.min, &taken);
  if (taken < now.min) return false;
  const uint32_t more = now.max == kUnlimited ? kUnlimited : now.max - now.min;
  scratch_.stack.push_back(
      {instruction, *at, more, begin, 0, static_cast<uint32_t>(scratch_.trail.size())});
  return true;
}

uint32_t PatternMatcher::EndOfRun(const CodePointSet& set, uint32_t at, uint32_t limit,
                                  uint32_t most, uint32_t* taken) {
  const uint32_t begin = at;
  uint32_t count = 0;
  while (at < limit && count < most) {
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte < 0x80) {
      if (!set.ContainsAscii(byte)) break;
      ++at;
    } else {
      const Utf8Character character = CharacterAt(text_, at);
      if (!set.Contains(character.code)) break;
      at += character.bytes;
    }
    ++count;
  }
  scratch_.steps += (at - begin) / 8;
  *taken = count;
  return at;
}

bool PatternMatcher::InSet(const CodePointSet& set, uint32_t* at) const {
  if (*at >= Size()) return false;
  const auto byte = static_cast<unsigned char>(text_[*at]);
  if (byte < 0x80) {
    ++*at;
    return set.ContainsAscii(byte);
  }
  const Utf8Character character = CharacterAt(text_, *at);
  *at += character.bytes;
  return set.Contains(character.code);
}

bool PatternMatcher::LooksAtClass(const PatternInstruction& look, uint32_t at) const {
  const CodePointSet& set = program_.sets[look.set];
  const bool exists = look.behind ? at > 0 : at < Size();
  const bool inside =
      exists &&
      set.Contains((look.behind ? CharacterBefore(text_, at) : CharacterAt(text_, at)).code);
  return inside != look.negated;
}

bool PatternMatcher::IsWordAt(uint32_t at) const {
  static const CodePointSet words(BareWordRanges());
  return at < Size() && words.Contains(CharacterAt(text_, at).code);
}

bool PatternMatcher::Holds(PatternAssertion assertion, uint32_t at) const {
  const bool at_end = at == Size();
  switch (assertion) {
    case PatternAssertion::kLineBegin:
      return at == 0 || (text_[at - 1] == '\n' && !at_end);
    case PatternAssertion::kLineEnd:
      return at_end || text_[at] == '\n';
    case PatternAssertion::kTextBegin:
      return at == 0;
    case PatternAssertion::kTextEnd:
      return at_end;
    case PatternAssertion::kTextEndOrNewline:
      return at_end || (text_[at] == '\n' && at + 1 == Size());
    case PatternAssertion::kWordBoundary:
    case PatternAssertion::kNoWordBoundary: {
      const bool before = at > 0 && IsWordAt(static_cast<uint32_t>(CharacterBegin(text_, at - 1)));
      return (before != IsWordAt(at)) == (assertion == PatternAssertion::kWordBoundary);
    }
  }
  return false;
}

void PatternMatcher::StartRemembering() {
  remembers_ = true;
  words_per_byte_ = (program_.choices * kBitsPerChoice + kWordBits - 1) / kWordBits;
  scratch_.tried.assign(words_per_byte_ * (text_.size() + 1), 0);
}

PatternMatcher::Memory PatternMatcher::Remember(const PatternInstruction& choice, uint32_t at) {
  const size_t bit = at * words_per_byte_ * kWordBits + choice.choice * kBitsPerChoice;
  uint64_t& word = scratch_.tried[bit / kWordBits];
  const uint64_t tried = uint64_t{1} << (bit % kWordBits);
  if ((word & tried) != 0) {
    const bool succeeded = (word & tried << 1) != 0;
    return choice.inside_look && succeeded ? Memory::kSucceeded : Memory::kFailed;
  }
  word |= tried;
  if (choice.inside_look) scratch_.trail.push_back(bit);
  return Memory::kNew;
}

void PatternMatcher::ForgetAt(uint32_t at) {
  const auto row = scratch_.tried.begin() + static_cast<ptrdiff_t>(at * words_per_byte_);
  std::fill(row, row + static_cast<ptrdiff_t>(words_per_byte_), 0);
}

}  // namespace abstractllm
