// How much of a text one token may stand for.
#pragma once

#include <cstddef>

#include "checkpoint/tokenizer_json.h"

namespace abstractllm {

// Bytes that no token of this tokenizer stands for more of; 0 if some text may vanish
// between tokens, or many unknown characters be one.
size_t MostBytesPerToken(const TokenizerJson& json);

}  // namespace abstractllm
