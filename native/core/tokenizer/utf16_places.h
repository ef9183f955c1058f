// Places in a text as JavaScript counts them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/aligned_text.h"

namespace abstractllm {

// Appends the beginning and the end of each place, which are bytes of `text`, in UTF-16
// code units. Invalid sequences count as the U+FFFD that takes their place, so `text` has
// to be what was tokenised.
void AppendUtf16Places(std::string_view text, const std::vector<ByteSpan>& places,
                       std::vector<uint32_t>* units);

}  // namespace abstractllm
