// Token ids that come from outside: the engine asserts that they are in the vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "status.h"

namespace abstractllm {

// Errors: kInvalidParameter, naming `parameter`, the id and what is allowed.
// `vocabulary_size` is at least 1.
Status CheckToken(int32_t token, int32_t vocabulary_size, const std::string& parameter);
// All of them; the message has the index too.
Status CheckTokens(const std::vector<int32_t>& tokens, int32_t vocabulary_size,
                   const std::string& parameter);

}  // namespace abstractllm
