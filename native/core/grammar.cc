#include "grammar.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar_rules.h"

namespace abstractllm {
namespace {

using Element = llama_grammar_element;

// Continuations that one state may have. Grammars that people and schema converters write
// have some ten, long lists of words some thousand.
constexpr size_t kMaxContinuations = 1 << 15;
// What was found out is forgotten beyond this: some ten megabytes.
constexpr size_t kMaxRemembered = 1 << 21;

constexpr uint32_t kEmpty = 0;  // the stack of a text that may end
constexpr uint32_t kDead = 0;   // the state without stacks

bool IsToken(const Element& element) {
  return element.type == LLAMA_GRETYPE_TOKEN || element.type == LLAMA_GRETYPE_TOKEN_NOT;
}

bool IsChars(const Element& element) {
  return element.type == LLAMA_GRETYPE_CHAR || element.type == LLAMA_GRETYPE_CHAR_NOT ||
         element.type == LLAMA_GRETYPE_CHAR_ANY;
}

// The elements of one character class stand in a row, each with the end of its range
// behind it if it has one. Returns what is behind the class, and whether any part of it
// has a code point from `low` to `high`.
std::pair<const Element*, bool> MatchClass(const Element* at, uint32_t low, uint32_t high) {
  bool found = false;
  do {
    const bool any = at->type == LLAMA_GRETYPE_CHAR_ANY;
    const bool range = at[1].type == LLAMA_GRETYPE_CHAR_RNG_UPPER;
    const uint32_t last = range ? at[1].value : at->value;
    found = found || any || (at->value <= high && low <= last);
    at += range ? 2 : 1;
  } while (at->type == LLAMA_GRETYPE_CHAR_ALT);
  return {at, found};
}

// Whether the characters of a class are all of those from `low` to `high`.
bool ListsAll(const Element* at, uint32_t low, uint32_t high) {
  std::vector<std::pair<uint32_t, uint32_t>> ranges;
  do {
    const bool range = at[1].type == LLAMA_GRETYPE_CHAR_RNG_UPPER;
    ranges.emplace_back(at->value, range ? at[1].value : at->value);
    at += range ? 2 : 1;
  } while (at->type == LLAMA_GRETYPE_CHAR_ALT);
  std::sort(ranges.begin(), ranges.end());
  uint64_t next = low;
  for (const auto& [first, last] : ranges) {
    if (first > next) return false;
    next = std::max(next, uint64_t{last} + 1);
  }
  return next > high;
}

// A code point that is still growing.
struct Partial {
  uint32_t value = 0;
  int missing = 0;  // bytes
};

// False for a byte that cannot be here. `*complete` says whether `value` is a code point.
bool PushByte(Partial* partial, unsigned char byte, bool* complete) {
  if (partial->missing > 0) {
    if ((byte & 0xC0) != 0x80) return false;
    partial->value = (partial->value << 6) | (byte & 0x3F);
    --partial->missing;
  } else if (byte < 0x80) {
    partial->value = byte;
  } else if (byte >= 0xC0 && byte < 0xF8) {
    partial->missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    partial->value = byte & (0x3F >> partial->missing);
  } else {
    return false;
  }
  *complete = partial->missing == 0;
  return true;
}

Status TooMany() {
  return Status::Error(Code::kGeneration,
                       "The grammar allows more than " + std::to_string(kMaxContinuations) +
                           " ways to go on from here. Write it with fewer alternatives.",
                       {{"parameter", std::string("grammar")}});
}

}  // namespace

// A stack is what a text has still to match: an element, and a stack below it. Stacks are
// numbered, and equal ones have one number. A state is the set of stacks that a text has
// led to; equal states have one number too, and each remembers where characters lead.
class Grammar::Matcher {
 public:
  Matcher(const llama_vocab* vocab, GrammarRules rules, const CancelToken* cancel)
      : vocab_(vocab), rules_(std::move(rules)), cancel_(cancel) {
    Forget();
  }

  Status Start() {
    std::vector<uint32_t> stacks;
    PushAlternatives(rules_.root, kEmpty, &stacks);
    Result<uint32_t> state = StateOf(std::move(stacks));
    if (!state.ok()) return state.status();
    state_ = state.value();
    return Status::Ok();
  }

  Result<bool> Allows(int32_t token) {
    if (llama_vocab_is_eog(vocab_, token)) return Has(state_, kEmpty);
    if (TokenMatches(token)) return true;
    Result<Place> end = Walk(token);
    if (!end.ok()) return end.status();
    const Place& place = end.value();
    if (place.partial.missing == 0) return place.state != kDead;
    return MayComplete(place);
  }

  Status Mask(llama_token_data* candidates, size_t count) {
    constexpr size_t kTokensBetweenChecks = 256;
    for (size_t i = 0; i < count; ++i) {
      if (i % kTokensBetweenChecks == 0 && Cancelled()) return Status::Aborted();
      ForgetIfLarge();
      Result<bool> allowed = Allows(candidates[i].id);
      if (!allowed.ok()) return allowed.status();
      if (!allowed.value()) candidates[i].logit = -std::numeric_limits<float>::infinity();
    }
    return Status::Ok();
  }

  Status Accept(int32_t token) {
    if (llama_vocab_is_eog(vocab_, token)) return Status::Ok();
    Result<Place> end = Walk(token);
    if (!end.ok()) return end.status();
    partial_ = end.value().partial;
    state_ = end.value().state;
    ForgetIfLarge();
    return Status::Ok();
  }

 private:
  struct Stack {
    const Element* top;  // null for kEmpty
    uint32_t below;
  };
  struct State {
    std::vector<uint32_t> stacks;  // sorted; each begins with characters or a token, or is kEmpty
    std::unordered_map<uint32_t, uint32_t> next;  // by code point
  };
  struct Place {
    uint32_t state;
    Partial partial;
  };

  bool Cancelled() const { return cancel_ != nullptr && cancel_->cancelled(); }

  bool Has(uint32_t state, uint32_t stack) const {
    const std::vector<uint32_t>& stacks = states_[state].stacks;
    return std::binary_search(stacks.begin(), stacks.end(), stack);
  }

  // The number of the stack of `top` and what is behind it in its alternative.
  uint32_t Push(const Element* top, uint32_t below) {
    if (EndsAlternative(*top)) return below;
    const auto found = stack_numbers_.emplace(std::make_pair(top, below), stacks_.size());
    if (found.second) {
      stacks_.push_back({top, below});
      seen_.push_back(0);
    }
    return found.first->second;
  }

  void PushAlternatives(uint32_t rule, uint32_t below, std::vector<uint32_t>* stacks) {
    const Element* at = rules_.rules[rule].data();
    for (;; ++at) {
      stacks->push_back(Push(at, below));
      while (!EndsAlternative(*at)) ++at;
      if (at->type == LLAMA_GRETYPE_END) return;
    }
  }

  // The state of `stacks`, after following the rules that they begin with.
  Result<uint32_t> StateOf(std::vector<uint32_t> stacks) {
    if (Cancelled()) return Status::Aborted();
    ++round_;
    std::vector<uint32_t> reached;
    size_t visited = 0;
    while (!stacks.empty()) {
      const uint32_t number = stacks.back();
      stacks.pop_back();
      if (seen_[number] == round_) continue;
      seen_[number] = round_;
      if (++visited > kMaxContinuations) return TooMany();
      const Stack stack = stacks_[number];
      if (number == kEmpty || stack.top->type != LLAMA_GRETYPE_RULE_REF) {
        reached.push_back(number);
      } else {
        PushAlternatives(stack.top->value, Push(stack.top + 1, stack.below), &stacks);
      }
    }
    std::sort(reached.begin(), reached.end());
    return NumberOf(std::move(reached));
  }

  uint32_t NumberOf(std::vector<uint32_t> stacks) {
    const auto found = state_numbers_.emplace(stacks, states_.size());
    if (found.second) {
      remembered_ += stacks.size() + 1;
      states_.push_back({std::move(stacks), {}});
    }
    return found.first->second;
  }

  Result<uint32_t> Next(uint32_t state, uint32_t code_point) {
    const auto known = states_[state].next.find(code_point);
    if (known != states_[state].next.end()) return known->second;
    std::vector<uint32_t> after;
    const std::vector<uint32_t> before = states_[state].stacks;
    for (const uint32_t number : before) {
      const Stack stack = stacks_[number];
      if (number == kEmpty || !IsChars(*stack.top)) continue;
      const auto [behind, found] = MatchClass(stack.top, code_point, code_point);
      const bool wanted = stack.top->type != LLAMA_GRETYPE_CHAR_NOT;
      if (found == wanted) after.push_back(Push(behind, stack.below));
    }
    Result<uint32_t> next = StateOf(std::move(after));
    if (next.ok()) {
      states_[state].next[code_point] = next.value();
      ++remembered_;
    }
    return next;
  }

  // Whether a rule names `token` here, or all but others.
  bool TokenMatches(int32_t token) const {
    if (partial_.missing > 0) return false;
    const std::vector<uint32_t>& stacks = states_[state_].stacks;
    return std::any_of(stacks.begin(), stacks.end(), [&](uint32_t number) {
      return number != kEmpty && IsMatch(*stacks_[number].top, token);
    });
  }

  static bool IsMatch(const Element& element, int32_t token) {
    if (!IsToken(element)) return false;
    return (element.value == static_cast<uint32_t>(token)) == (element.type == LLAMA_GRETYPE_TOKEN);
  }

  // Where the token's text leads, or the token itself where a rule names it.
  Result<Place> Walk(int32_t token) {
    Result<Place> end = WalkText(token);
    if (!end.ok() || !TokenMatches(token)) return end;
    std::vector<uint32_t> after = states_[end.value().state].stacks;
    const std::vector<uint32_t> before = states_[state_].stacks;
    for (const uint32_t number : before) {
      if (number == kEmpty || !IsMatch(*stacks_[number].top, token)) continue;
      after.push_back(Push(stacks_[number].top + 1, stacks_[number].below));
    }
    Result<uint32_t> state = StateOf(std::move(after));
    if (!state.ok()) return state.status();
    return Place{state.value(), end.value().state == kDead ? Partial{} : end.value().partial};
  }

  Result<Place> WalkText(int32_t token) {
    ReadText(token);
    const bool has_text = !text_.empty() && text_[0] != '\0';
    Place place = {has_text ? state_ : kDead, partial_};
    for (const char c : text_) {
      if (place.state == kDead) break;
      bool complete = false;
      if (!PushByte(&place.partial, static_cast<unsigned char>(c), &complete)) {
        return Place{kDead, {}};
      }
      if (!complete) continue;
      Result<uint32_t> next = Next(place.state, place.partial.value);
      if (!next.ok()) return next.status();
      place.state = next.value();
    }
    return place;
  }

  // The text that the token adds to an answer: none for control tokens.
  void ReadText(int32_t token) {
    text_.resize(text_.capacity());
    int32_t length = 0;
    while ((length = llama_token_to_piece(vocab_, token, text_.data(),
                                          static_cast<int32_t>(text_.size()), /*lstrip=*/0,
                                          /*special=*/false)) < 0) {
      text_.resize(static_cast<size_t>(-length));
    }
    text_.resize(static_cast<size_t>(length));
  }

  // Whether what the partial code point may become fits.
  bool MayComplete(const Place& place) const {
    const int bits = 6 * place.partial.missing;
    uint32_t low = place.partial.value << bits;
    const uint32_t high = low | ((uint32_t{1} << bits) - 1);
    // Longer sequences than needed are not UTF-8.
    if (place.partial.missing == 1 && place.partial.value < 2) return false;
    if (low == 0 && place.partial.missing == 2) low = 1 << 11;
    if (low == 0 && place.partial.missing == 3) low = 1 << 16;
    const std::vector<uint32_t>& stacks = states_[place.state].stacks;
    return std::any_of(stacks.begin(), stacks.end(), [&](uint32_t number) {
      if (number == kEmpty || !IsChars(*stacks_[number].top)) return false;
      const Element* top = stacks_[number].top;
      if (top->type == LLAMA_GRETYPE_CHAR_NOT) return !ListsAll(top, low, high);
      return MatchClass(top, low, high).second;
    });
  }

  // Keeps the current state only.
  void ForgetIfLarge() {
    if (remembered_ + stacks_.size() <= kMaxRemembered) return;
    const std::vector<Stack> old_stacks = std::move(stacks_);
    const std::vector<uint32_t> current = std::move(states_[state_].stacks);
    Forget();
    std::vector<uint32_t> copies;
    for (const uint32_t number : current) {
      std::vector<const Element*> elements;
      for (uint32_t at = number; at != kEmpty; at = old_stacks[at].below) {
        elements.push_back(old_stacks[at].top);
      }
      uint32_t copy = kEmpty;
      for (auto top = elements.rbegin(); top != elements.rend(); ++top) copy = Push(*top, copy);
      copies.push_back(copy);
    }
    std::sort(copies.begin(), copies.end());
    state_ = NumberOf(std::move(copies));
  }

  void Forget() {
    stacks_ = {{nullptr, kEmpty}};
    seen_ = {0};
    stack_numbers_.clear();
    states_.clear();
    state_numbers_.clear();
    round_ = 0;
    remembered_ = 0;
    NumberOf({});  // kDead
  }

  struct HashStack {
    size_t operator()(const std::pair<const Element*, uint32_t>& stack) const {
      return std::hash<const Element*>()(stack.first) * 31 + stack.second;
    }
  };

  const llama_vocab* vocab_;
  GrammarRules rules_;
  const CancelToken* cancel_;
  std::vector<Stack> stacks_;
  std::vector<uint64_t> seen_;  // by stack: the round that reached it last
  uint64_t round_ = 0;
  std::unordered_map<std::pair<const Element*, uint32_t>, uint32_t, HashStack> stack_numbers_;
  std::vector<State> states_;
  std::map<std::vector<uint32_t>, uint32_t> state_numbers_;
  size_t remembered_ = 0;  // numbers kept in states
  std::string text_;       // of the token at hand
  // Where the text so far has led.
  uint32_t state_ = kDead;
  Partial partial_;
};

Result<std::unique_ptr<Grammar>> Grammar::Parse(const llama_vocab* vocab, const std::string& text,
                                                const CancelToken* cancel) {
  Result<GrammarRules> rules = ParseGrammar(vocab, text);
  if (!rules.ok()) return rules.status();
  auto matcher = std::make_unique<Matcher>(vocab, std::move(rules.value()), cancel);
  Status status = matcher->Start();
  if (status.code == Code::kGeneration) {
    return InvalidGrammar("it can begin in more than " + std::to_string(kMaxContinuations) +
                          " ways.");
  }
  if (!status.ok()) return status;
  return std::unique_ptr<Grammar>(new Grammar(std::move(matcher)));
}

Grammar::Grammar(std::unique_ptr<Matcher> matcher) : matcher_(std::move(matcher)) {}
Grammar::~Grammar() = default;

Result<bool> Grammar::Allows(int32_t token) { return matcher_->Allows(token); }
Status Grammar::Mask(llama_token_data* candidates, size_t count) {
  return matcher_->Mask(candidates, count);
}
Status Grammar::Accept(int32_t token) { return matcher_->Accept(token); }

}  // namespace abstractllm
