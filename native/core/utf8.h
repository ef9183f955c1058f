// UTF-8 at the edge of a growing text: models emit bytes, users see characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace abstractllm {

// Length of the sequence that starts with `lead`, 1 for bytes that cannot start one.
size_t Utf8SequenceLength(unsigned char lead);

// How many bytes at the end of `text` begin a character that is not complete yet (0 to 3).
size_t IncompleteUtf8Suffix(std::string_view text);

bool IsValidUtf8(std::string_view text);

// `text` with every invalid sequence replaced by U+FFFD, as the Unicode standard and
// TextDecoder do it (one replacement per maximal subpart).
std::string SanitizeUtf8(std::string_view text);

}  // namespace abstractllm
