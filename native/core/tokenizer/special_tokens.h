// Which added tokens only a template may write.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "checkpoint/tokenizer_json.h"

namespace abstractllm {

// Besides those that a file calls special, those whose text has the form of one, such as
// "<|user|>": files forget some, and a text must not forge a turn of a conversation.
bool IsSpecialToken(const AddedToken& token);

// The ids that no model may make of a text; of an unknown token, text may be.
std::unordered_set<int32_t> UnspokenTokens(const std::vector<AddedToken>& added,
                                           int32_t unknown_id);

}  // namespace abstractllm
