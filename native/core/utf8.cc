#include "utf8.h"

#include <cstdint>
#include <cstring>

namespace abstractllm {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The second byte is where overlong forms, surrogates and values above U+10FFFF show.
bool IsValidSecondByte(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return IsContinuation(second);
  }
}

// Bytes at `text`'s start that form a valid character or a prefix of one; `complete`
// tells which. 0 if the first byte cannot start a character.
size_t MatchCharacter(std::string_view text, bool* complete) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = Utf8SequenceLength(lead);
  *complete = false;
  if (length == 1) {
    *complete = lead < 0x80;
    return *complete ? 1 : 0;
  }
  size_t matched = 1;
  while (matched < length && matched < text.size()) {
    const auto byte = static_cast<unsigned char>(text[matched]);
    if (matched == 1 ? !IsValidSecondByte(lead, byte) : !IsContinuation(byte)) break;
    ++matched;
  }
  *complete = matched == length;
  return matched;
}

}  // namespace

size_t Utf8SequenceLength(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 1;
}

size_t IncompleteUtf8Suffix(std::string_view text) {
  const size_t window = text.size() < 3 ? text.size() : 3;
  for (size_t back = 1; back <= window; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (IsContinuation(byte)) continue;
    bool complete = false;
    const size_t matched = MatchCharacter(text.substr(text.size() - back), &complete);
    return !complete && matched == back ? back : 0;
  }
  return 0;
}

bool IsValidUtf8(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  for (size_t at = 0; at < text.size();) {
    uint64_t word = 0;
    if (text.size() - at >= sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & kHighBits) == 0) {
        at += sizeof word;
        continue;
      }
    }
    bool complete = false;
    at += MatchCharacter(text.substr(at), &complete);
    if (!complete) return false;
  }
  return true;
}

std::string SanitizeUtf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    bool complete = false;
    const size_t matched = MatchCharacter(text, &complete);
    if (complete) {
      result.append(text.substr(0, matched));
    } else {
      result.append(kReplacement);
    }
    text.remove_prefix(matched > 0 ? matched : 1);
  }
  return result;
}

}  // namespace abstractllm
