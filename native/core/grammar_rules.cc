#include "grammar_rules.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "logging.h"

namespace abstractllm {
namespace {

// llama.cpp parses groups by recursion; deeper nesting than this is not a grammar
// that a person or a schema converter writes.
constexpr int kMaxGrammarDepth = 256;
constexpr size_t kMaxGrammarBytes = 1 << 20;
// Beyond this the engine drops the upper bound of a repetition.
constexpr int64_t kMaxRepetition = 2000;
// The engine writes repetitions out, at some twenty bytes of memory for each of these.
constexpr int64_t kMaxRepeatedBytes = 8 << 20;

// Calls `visit` with each character outside of literals, classes, names of tokens and
// comments, which end where the engine's parser ends them.
template <typename Visit>
void ForEachSyntax(const std::string& grammar, Visit visit) {
  char closing = '\0';
  for (size_t i = 0; i < grammar.size(); ++i) {
    const char c = grammar[i];
    if (closing == '\0') {
      switch (c) {
        case '"':
          closing = '"';
          break;
        case '[':
          closing = ']';
          break;
        case '<':
          closing = '>';
          break;
        case '#':
          closing = '\n';
          break;
        default:
          visit(c);
      }
      continue;
    }
    const bool escapes = closing == '"' || closing == ']';
    if (c == '\\' && escapes) ++i;
    if (c == closing || (c == '\r' && closing == '\n')) closing = '\0';
  }
}

// The largest count of a repetition {m,n}; -1 for one that has too many digits to be meant.
int64_t LargestRepetition(const std::string& grammar) {
  int64_t largest = 0;
  int64_t count = 0;
  bool in_braces = false;
  bool too_large = false;
  ForEachSyntax(grammar, [&](char c) {
    const bool digit = c >= '0' && c <= '9';
    if (c == '{') in_braces = true;
    if (c == '}') in_braces = false;
    count = in_braces && digit && !too_large ? count * 10 + (c - '0') : 0;
    too_large = too_large || count > INT32_MAX;
    largest = std::max(largest, count);
  });
  return too_large ? -1 : largest;
}

int DeepestGroup(const std::string& grammar) {
  int depth = 0;
  int deepest = 0;
  ForEachSyntax(grammar, [&](char c) {
    if (c == '(') deepest = std::max(deepest, ++depth);
    // One too many is the parser's to refuse; it must not make room for others.
    if (c == ')') depth = std::max(0, depth - 1);
  });
  return deepest;
}

Status CheckGrammarText(const std::string& grammar) {
  if (grammar.size() > kMaxGrammarBytes) return InvalidGrammar("it is longer than 1 MiB.");
  const int64_t repetition = LargestRepetition(grammar);
  if (repetition < 0 || repetition > kMaxRepetition) {
    return InvalidGrammar("a repetition {m,n} has more than " + std::to_string(kMaxRepetition) +
                          " items.");
  }
  if (repetition * static_cast<int64_t>(grammar.size()) > kMaxRepeatedBytes) {
    return InvalidGrammar("its repetitions {m,n} would make it too large. Repeat less.");
  }
  if (DeepestGroup(grammar) > kMaxGrammarDepth) {
    return InvalidGrammar("groups are nested more than " + std::to_string(kMaxGrammarDepth) +
                          " deep.");
  }
  return Status::Ok();
}

// Which rules may stand for the empty text. Each alternative waits for its references.
std::vector<bool> EmptyRules(const llama_grammar_rules& rules) {
  struct Alternative {
    size_t rule;
    size_t waiting;
  };
  std::vector<Alternative> alternatives;
  std::vector<std::vector<size_t>> waiting_for(rules.size());  // alternatives, by rule
  std::vector<bool> empty(rules.size(), false);
  std::vector<size_t> found;
  const auto mark = [&](size_t rule) {
    if (empty[rule]) return;
    empty[rule] = true;
    found.push_back(rule);
  };
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    std::vector<size_t> references;
    bool has_text = false;
    for (const llama_grammar_element& element : rules[rule]) {
      if (element.type == LLAMA_GRETYPE_RULE_REF) {
        references.push_back(element.value);
      } else if (!EndsAlternative(element)) {
        has_text = true;
      } else {
        if (!has_text && references.empty()) mark(rule);
        if (!has_text) {
          for (const size_t reference : references) {
            waiting_for[reference].push_back(alternatives.size());
          }
          alternatives.push_back({rule, references.size()});
        }
        references.clear();
        has_text = false;
      }
    }
  }
  while (!found.empty()) {
    const size_t rule = found.back();
    found.pop_back();
    for (const size_t index : waiting_for[rule]) {
      if (--alternatives[index].waiting == 0) mark(alternatives[index].rule);
    }
  }
  return empty;
}

// The rules that `rule` may begin with.
std::vector<size_t> FirstRules(const llama_grammar_rule& rule, const std::vector<bool>& empty) {
  std::vector<size_t> first;
  bool at_beginning = true;
  for (const llama_grammar_element& element : rule) {
    if (EndsAlternative(element)) {
      at_beginning = true;
    } else if (at_beginning && element.type == LLAMA_GRETYPE_RULE_REF) {
      first.push_back(element.value);
      at_beginning = empty[element.value];
    } else {
      at_beginning = false;
    }
  }
  return first;
}

// Whether some rule may begin with itself: following it would never end.
bool IsLeftRecursive(const llama_grammar_rules& rules) {
  enum class Mark { kNew, kOpen, kDone };
  struct Visit {
    size_t rule;
    std::vector<size_t> first;
    size_t next;
  };
  const std::vector<bool> empty = EmptyRules(rules);
  std::vector<Mark> marks(rules.size(), Mark::kNew);
  for (size_t start = 0; start < rules.size(); ++start) {
    if (marks[start] != Mark::kNew) continue;
    marks[start] = Mark::kOpen;
    std::vector<Visit> path;
    path.push_back({start, FirstRules(rules[start], empty), 0});
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == visit.first.size()) {
        marks[visit.rule] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const size_t next = visit.first[visit.next++];
      if (marks[next] == Mark::kOpen) return true;
      if (marks[next] == Mark::kDone) continue;
      marks[next] = Mark::kOpen;
      path.push_back({next, FirstRules(rules[next], empty), 0});
    }
  }
  return false;
}

// The parser shows what follows the mistake, which at the end is nothing.
std::string WithPlace(std::string reason) {
  const size_t last = reason.find_last_not_of(" \n");
  reason.resize(last == std::string::npos ? 0 : last + 1);
  if (reason.size() >= 3 && reason.compare(reason.size() - 3, 3, " at") == 0) {
    reason += " the end of the text";
  }
  return reason;
}

}  // namespace

Status InvalidGrammar(const std::string& reason) {
  return Status::Error(Code::kInvalidParameter, "The grammar is not valid GBNF: " + reason,
                       {{"parameter", std::string("grammar")},
                        {"allowed", std::string("GBNF text with a rule named root")}});
}

Result<GrammarRules> ParseGrammar(const llama_vocab* vocab, const std::string& text) try {
  if (Status status = CheckGrammarText(text); !status.ok()) return status;
  ErrorCapture capture;
  llama_grammar_parser parser(vocab);
  if (!parser.parse(text.c_str())) return InvalidGrammar(WithPlace(capture.Text()));
  const auto root = parser.symbol_ids.find("root");
  if (root == parser.symbol_ids.end()) return InvalidGrammar("it has no rule named root.");
  if (IsLeftRecursive(parser.rules)) {
    return InvalidGrammar("a rule begins with itself (left recursion).");
  }
  return GrammarRules{std::move(parser.rules), root->second};
} catch (const std::bad_alloc&) {
  throw;  // the caller's to report: no fault of the grammar
} catch (const std::exception& error) {
  return InvalidGrammar(error.what());
}

}  // namespace abstractllm
