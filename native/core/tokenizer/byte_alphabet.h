// GPT-2's alphabet: a printable character for each byte, in which byte-level tokenizers
// write their vocabularies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace abstractllm {

// The character of a byte: at most U+0143.
char32_t CharacterOfByte(unsigned char byte);

// A text in the alphabet to the bytes that it means. False, with `bytes` as they were, if
// a character is none of it.
bool AppendBytesOfAlphabet(std::string_view text, std::string* bytes);

// Bytes to a text in the alphabet.
std::string ToByteAlphabet(std::string_view bytes);

}  // namespace abstractllm
