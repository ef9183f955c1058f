#include "tokenizer/utf16_places.h"

#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

// A place that is known both ways. Tokens go forward, but for a few steps.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  uint32_t UnitsAt(uint32_t byte) {
    while (byte_ < byte && byte_ < text_.size()) units_ += UnitsOf(text_[byte_++]);
    while (byte_ > byte) units_ -= UnitsOf(text_[--byte_]);
    return units_;
  }

 private:
  // A character counts at its first byte, and twice beyond U+FFFF.
  static uint32_t UnitsOf(char byte) {
    if (IsUtf8Continuation(byte)) return 0;
    return static_cast<unsigned char>(byte) >= 0xF0 ? 2 : 1;
  }

  std::string_view text_;
  size_t byte_ = 0;
  uint32_t units_ = 0;
};

}  // namespace

void AppendUtf16Places(std::string_view text, const std::vector<ByteSpan>& places,
                       std::vector<uint32_t>* units) {
  Cursor cursor(text);
  for (const ByteSpan& place : places) {
    // Of tokens that were put around the text: going there and back would be quadratic.
    if (place.end == 0) {
      units->insert(units->end(), {0, 0});
      continue;
    }
    units->push_back(cursor.UnitsAt(place.begin));
    units->push_back(cursor.UnitsAt(place.end));
  }
}

}  // namespace abstractllm
