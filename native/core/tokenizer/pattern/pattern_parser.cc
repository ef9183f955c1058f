#include "tokenizer/pattern/pattern_parser.h"

#include <string>
#include <utility>

#include "tokenizer/pattern/pattern_class.h"
#include "tokenizer/pattern/pattern_reader.h"
#include "tokenizer/unicode/unicode.h"

namespace abstractllm {
namespace {

using Kind = PatternNode::Kind;

constexpr size_t kMaxExpressionBytes = 16 * 1024;
constexpr int kMaxDepth = 64;
constexpr uint32_t kMaxRepeat = 1000;

struct Options {
  bool ignores_case = false;
  bool dot_matches_newline = false;
};

// Calls itself once per group inside of a group.
class Parser {
 public:
  explicit Parser(std::string_view expression) : reader_(expression) {}

  Result<PatternNode> Parse() {
    PatternNode tree = Alternation({}, 0);
    if (!reader_.AtEnd()) reader_.Fail("has a ')' that closes nothing");
    if (reader_.failed()) return reader_.status();
    return tree;
  }

 private:
  static PatternNode ClassNode(CodePointRanges set) {
    PatternNode node;
    node.kind = Kind::kClass;
    node.set = std::move(set);
    return node;
  }

  static PatternNode AssertionNode(PatternAssertion assertion) {
    PatternNode node;
    node.kind = Kind::kAssert;
    node.assertion = assertion;
    return node;
  }

  // To the end of the pattern or of the group, before its ')'.
  PatternNode Alternation(Options options, int depth) {
    if (depth > kMaxDepth) reader_.Fail("nests groups too deeply");
    PatternNode node;
    node.kind = Kind::kAlternation;
    do {
      node.children.push_back(Sequence(options, depth));
    } while (reader_.Take("|"));
    if (node.children.size() > 1) return node;
    PatternNode only = std::move(node.children.front());
    return only;
  }

  PatternNode Sequence(Options options, int depth) {
    PatternNode node;
    while (!reader_.AtEnd() && !reader_.ComesNext("|") && !reader_.ComesNext(")")) {
      PatternNode item = Atom(options, depth);
      while (!reader_.AtEnd() && Quantifier(&item)) {
      }
      node.children.push_back(std::move(item));
    }
    return node;
  }

  PatternNode Atom(Options options, int depth) {
    if (reader_.Take("(")) return Group(options, depth);
    if (reader_.Take("[")) return ClassNode(ParseClass(&reader_, options.ignores_case));
    if (reader_.Take("^")) return AssertionNode(PatternAssertion::kLineBegin);
    if (reader_.Take("$")) return AssertionNode(PatternAssertion::kLineEnd);
    if (reader_.Take(".")) {
      if (options.dot_matches_newline) return ClassNode({{0, kLastCodePoint}});
      return ClassNode(Complement({{'\n', '\n'}}));
    }
    if (reader_.Take("\\")) return Escape(options);
    if (reader_.ComesNext("*") || reader_.ComesNext("+") || reader_.ComesNext("?")) {
      reader_.Fail("repeats nothing");
      return {};
    }
    return Character(reader_.Next(), options);
  }

  PatternNode Character(char32_t code, Options options) {
    const CodePointRanges set{{code, code}};
    return ClassNode(options.ignores_case ? IgnoringCase(&reader_, set) : set);
  }

  PatternNode Escape(Options options) {
    CodePointRanges set;
    if (reader_.Take("w")) return ClassNode(BareWordRanges());
    if (reader_.Take("W")) return ClassNode(Complement(BareWordRanges()));
    if (reader_.ClassEscape(&set)) {
      return ClassNode(options.ignores_case ? IgnoringCase(&reader_, set) : std::move(set));
    }
    if (reader_.Take("b")) return AssertionNode(PatternAssertion::kWordBoundary);
    if (reader_.Take("B")) return AssertionNode(PatternAssertion::kNoWordBoundary);
    if (reader_.Take("A")) return AssertionNode(PatternAssertion::kTextBegin);
    if (reader_.Take("z")) return AssertionNode(PatternAssertion::kTextEnd);
    if (reader_.Take("Z")) return AssertionNode(PatternAssertion::kTextEndOrNewline);
    return Character(reader_.CharacterEscape(), options);
  }

  // Behind a '('.
  PatternNode Group(Options options, int depth) {
    if (reader_.Take("?=")) return Look(options, depth, false, false);
    if (reader_.Take("?!")) return Look(options, depth, false, true);
    if (reader_.Take("?<=")) return Look(options, depth, true, false);
    if (reader_.Take("?<!")) return Look(options, depth, true, true);
    if (reader_.Take("?:")) return Closed(Alternation(options, depth + 1));
    if (reader_.Take("?")) {
      bool is_set = true;
      for (;;) {
        if (reader_.Take("-")) {
          is_set = false;
        } else if (reader_.Take("i")) {
          options.ignores_case = is_set;
        } else if (reader_.Take("m")) {
          options.dot_matches_newline = is_set;
        } else {
          break;
        }
      }
      if (reader_.Take(":")) return Closed(Alternation(options, depth + 1));
      // (?i) holds, as a group, for all that follows in the group that it is in.
      if (reader_.Take(")")) return Alternation(options, depth + 1);
      reader_.Fail("has a kind of group that is not supported");
      return {};
    }
    return Closed(Alternation(options, depth + 1));
  }

  PatternNode Closed(PatternNode node) {
    if (!reader_.AtEnd() && reader_.Take(")")) return node;
    reader_.Fail("has a group without an end");
    return {};
  }

  PatternNode Look(Options options, int depth, bool behind, bool negated) {
    PatternNode node;
    node.kind = Kind::kLook;
    node.behind = behind;
    node.negated = negated;
    node.children.push_back(Closed(Alternation(options, depth + 1)));
    return node;
  }

  // Wraps `item`, if a quantifier follows.
  bool Quantifier(PatternNode* item) {
    uint32_t min = 0;
    uint32_t max = kUnlimited;
    bool is_interval = false;
    if (reader_.Take("*")) {
    } else if (reader_.Take("+")) {
      min = 1;
    } else if (reader_.Take("?")) {
      max = 1;
    } else if (Interval(&min, &max)) {
      is_interval = true;
    } else {
      return false;
    }
    if (item->kind == Kind::kAssert || item->kind == Kind::kLook) {
      reader_.Fail("repeats what matches no characters");
      return false;
    }
    PatternNode node;
    node.kind = Kind::kRepeat;
    node.min = min;
    node.max = max;
    if (is_interval && min == max) {
      // {n}? is an optional {n}, which the next quantifier then is.
    } else if (reader_.Take("?")) {
      node.lazy = true;
    } else if (!is_interval && reader_.Take("+")) {
      // A '+' behind an interval is a quantifier of its own.
      node.possessive = true;
      if (item->kind != Kind::kClass) reader_.Fail("has a possessive group");
    }
    node.children.push_back(std::move(*item));
    *item = std::move(node);
    return !reader_.failed();
  }

  // {n}, {n,}, {,m} or {n,m}; anything else is characters.
  bool Interval(uint32_t* min, uint32_t* max) {
    const size_t begin = reader_.position();
    if (!reader_.Take("{")) return false;
    const bool has_min = reader_.Number(min);
    bool has_max = false;
    const bool has_comma = !reader_.AtEnd() && reader_.Take(",");
    if (has_comma) has_max = reader_.Number(max);
    if (!has_max) *max = has_comma ? kUnlimited : *min;
    if (reader_.AtEnd() || !reader_.Take("}") || (!has_min && !has_max)) {
      reader_.GoTo(begin);
      *min = 0;
      *max = kUnlimited;
      return false;
    }
    if (*min > *max) reader_.Fail("has an interval that is none");
    if (*min > kMaxRepeat || (*max != kUnlimited && *max > kMaxRepeat)) {
      reader_.Fail("repeats more than " + std::to_string(kMaxRepeat) + " times");
    }
    return true;
  }

  PatternReader reader_;
};

}  // namespace

Result<PatternNode> ParsePattern(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) {
    return Status::Error(Code::kUnsupportedModel,
                         "A pattern of the tokenizer has " + std::to_string(expression.size()) +
                             " bytes; " + std::to_string(kMaxExpressionBytes) +
                             " is the most that is supported.");
  }
  return Parser(expression).Parse();
}

}  // namespace abstractllm
