// A GBNF grammar as the engine parses it, checked.
#pragma once

#include <string>

#include "llama-grammar.h"  // private to the engine
#include "status.h"

namespace abstractllm {

struct GrammarRules {
  llama_grammar_rules rules;  // each ends with LLAMA_GRETYPE_END
  uint32_t root = 0;          // index of the rule `root`
};

// Thread: any; parsing groups recurses (see kTokenizerStackBytes).
// Errors: kInvalidParameter, naming the grammar.
Result<GrammarRules> ParseGrammar(const llama_vocab* vocab, const std::string& text);

// "The grammar is not valid GBNF: <reason>", kInvalidParameter.
Status InvalidGrammar(const std::string& reason);

// Whether `element` ends one of the alternatives of a rule.
inline bool EndsAlternative(const llama_grammar_element& element) {
  return element.type == LLAMA_GRETYPE_END || element.type == LLAMA_GRETYPE_ALT;
}

}  // namespace abstractllm
