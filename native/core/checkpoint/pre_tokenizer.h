// How a tokenizer.json splits texts before it looks for tokens, and what the engine calls
// a way of splitting that is the same.
#pragma once

#include <string>

#include "checkpoint/json_value.h"

namespace abstractllm {

// The tree in one line, without what makes no difference: "digits, bytes(gpt2)".
std::string DescribePreTokenizer(const JsonValue& pre_tokenizer);

// Whether it turns bytes into printable characters, as GPT-2's tokenizer does.
bool IsByteLevel(const JsonValue& pre_tokenizer);

// The value of tokenizer.ggml.pre for a byte-level BPE, or empty if the engine has none.
// Of several with the same patterns, the one that also cleans up spaces, or does not.
std::string FindPreTokenizerName(const JsonValue& pre_tokenizer, bool ignore_merges,
                                 bool clean_up_spaces);

}  // namespace abstractllm
