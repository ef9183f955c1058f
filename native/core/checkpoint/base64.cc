#include "checkpoint/base64.h"

#include <string_view>

namespace abstractllm {

bool DecodeBase64(const std::string& text, std::vector<uint8_t>* bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  bytes->clear();
  if (text.size() % 4 != 0) return false;
  size_t digits = text.size();
  while (digits > 0 && text.size() - digits < 2 && text[digits - 1] == '=') --digits;
  uint32_t bits = 0;
  unsigned count = 0;
  for (size_t i = 0; i < digits; ++i) {
    const size_t digit = kAlphabet.find(text[i]);
    if (digit == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes->push_back(static_cast<uint8_t>(bits >> count));
  }
  return true;
}

}  // namespace abstractllm
