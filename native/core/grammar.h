// Which tokens may follow under a GBNF grammar.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cancel.h"
#include "llama.h"
#include "status.h"

namespace abstractllm {

// State of one text. The engine parses the grammar; following it is done here, because
// the engine's way takes cubic time for `"x"?` written some hundred times, exponential
// time for tokens that fit a grammar like `[a-z]? [a-z]? ...` in many ways, and cannot be
// stopped. Here each set of possible continuations is made once and looked up after that,
// however many ways lead to it.
//
// Thread: one at a time. Owns: the rules and what was found out so far. `vocab` must
// outlive it; so must `cancel`, which may be null.
class Grammar {
 public:
  // Errors: kInvalidParameter, naming the grammar, for text that is not GBNF, has no rule
  // `root`, is left-recursive, or too large; kAborted.
  static Result<std::unique_ptr<Grammar>> Parse(const llama_vocab* vocab, const std::string& text,
                                                const CancelToken* cancel);
  ~Grammar();

  // Whether `token` may be next: text that fits, or an end where the grammar allows one.
  // Control tokens have no text and fit only where the grammar names them.
  // Errors: kAborted; kGeneration if too many continuations are possible.
  Result<bool> Allows(int32_t token);
  // Forbids the candidates that may not be next, by a logit of minus infinity. Errors: as Allows.
  Status Mask(llama_token_data* candidates, size_t count);
  // Goes on behind `token`, which must be allowed. Errors: as Allows.
  Status Accept(int32_t token);

 private:
  class Matcher;
  explicit Grammar(std::unique_ptr<Matcher> matcher);
  std::unique_ptr<Matcher> matcher_;
};

}  // namespace abstractllm
