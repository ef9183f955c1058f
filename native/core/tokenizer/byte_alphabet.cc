#include "tokenizer/byte_alphabet.h"

#include <array>

#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

constexpr int kCharacters = 0x144;

// Bytes that are printable in Latin-1 stand for themselves, the rest for the characters
// from U+0100 on, in order.
struct Alphabet {
  std::array<char32_t, 256> characters{};
  std::array<int, kCharacters> bytes{};

  Alphabet() {
    bytes.fill(-1);
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
      const char32_t character = printable ? static_cast<char32_t>(byte) : next++;
      characters[static_cast<size_t>(byte)] = character;
      bytes[character] = byte;
    }
  }
};

const Alphabet& TheAlphabet() {
  static const Alphabet alphabet;
  return alphabet;
}

// The byte that a character stands for, or -1.
int ByteOfCharacter(char32_t character) {
  return character < kCharacters ? TheAlphabet().bytes[character] : -1;
}

}  // namespace

char32_t CharacterOfByte(unsigned char byte) { return TheAlphabet().characters[byte]; }

std::string ToByteAlphabet(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes)
    AppendCharacter(CharacterOfByte(static_cast<unsigned char>(byte)), &text);
  return text;
}

bool AppendBytesOfAlphabet(std::string_view text, std::string* bytes) {
  const size_t before = bytes->size();
  for (size_t at = 0; at < text.size();) {
    const Utf8Character character = CharacterAt(text, at);
    const int byte = ByteOfCharacter(character.code);
    if (byte < 0) {
      bytes->resize(before);
      return false;
    }
    bytes->push_back(static_cast<char>(byte));
    at += character.bytes;
  }
  return true;
}

}  // namespace abstractllm
