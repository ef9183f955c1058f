// Characters of text that is known to be valid UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace abstractllm {

struct Utf8Character {
  char32_t code = 0;
  uint32_t bytes = 0;
};

// The character that begins at `at`, which is inside of `text` and begins one.
inline Utf8Character CharacterAt(std::string_view text, size_t at) {
  const auto byte = [&](size_t index) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[index]));
  };
  const char32_t lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(at + 1) & 0x3F), 2};
  if (lead < 0xF0) {
    return {(lead & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F), 3};
  }
  return {(lead & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 |
              (byte(at + 3) & 0x3F),
          4};
}

inline bool IsUtf8Continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Where the character that byte `at` belongs to begins.
inline size_t CharacterBegin(std::string_view text, size_t at) {
  while (at > 0 && IsUtf8Continuation(text[at])) --at;
  return at;
}

// Where the character behind the one that byte `at` belongs to begins.
inline size_t CharacterEnd(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && IsUtf8Continuation(text[at])) ++at;
  return at;
}

// The character that ends before `at`, which is more than 0.
inline Utf8Character CharacterBefore(std::string_view text, size_t at) {
  return CharacterAt(text, CharacterBegin(text, at - 1));
}

// `code` is a Unicode scalar value. Returns how many bytes were written.
inline size_t EncodeUtf8(char32_t code, char (&bytes)[4]) {
  const auto put = [&](size_t index, char32_t value) { bytes[index] = static_cast<char>(value); };
  if (code < 0x80) {
    put(0, code);
    return 1;
  }
  if (code < 0x800) {
    put(0, 0xC0 | code >> 6);
    put(1, 0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    put(0, 0xE0 | code >> 12);
    put(1, 0x80 | (code >> 6 & 0x3F));
    put(2, 0x80 | (code & 0x3F));
    return 3;
  }
  put(0, 0xF0 | code >> 18);
  put(1, 0x80 | (code >> 12 & 0x3F));
  put(2, 0x80 | (code >> 6 & 0x3F));
  put(3, 0x80 | (code & 0x3F));
  return 4;
}

inline void AppendCharacter(char32_t code, std::string* text) {
  char bytes[4];
  text->append(bytes, EncodeUtf8(code, bytes));
}

// The number of bytes at the beginning that are ASCII.
size_t AsciiPrefix(std::string_view text);

}  // namespace abstractllm
