#include "tokenizer/pattern/pattern_reader.h"

#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsAsciiWord(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

char32_t PatternReader::Peek() const { return CharacterAt(expression_, at_).code; }

char32_t PatternReader::Next() {
  const Utf8Character character = CharacterAt(expression_, at_);
  at_ += character.bytes;
  return character.code;
}

bool PatternReader::Take(std::string_view text) {
  if (!ComesNext(text)) return false;
  at_ += text.size();
  return true;
}

void PatternReader::Fail(const std::string& what) {
  if (failed()) return;
  status_ = Status::Error(
      Code::kUnsupportedModel,
      "The pattern \"" + std::string(expression_) + "\" " + what + " (at byte " +
          std::to_string(at_) + ").",
      {{"pattern", std::string(expression_)}, {"position", static_cast<int64_t>(at_)}});
}

bool PatternReader::Number(uint32_t* number) {
  constexpr uint32_t kMost = 100000;
  uint32_t value = 0;
  const size_t begin = at_;
  while (at_ < expression_.size() && expression_[at_] >= '0' && expression_[at_] <= '9') {
    value = value * 10 + static_cast<uint32_t>(expression_[at_] - '0');
    ++at_;
    if (value > kMost) {
      Fail("has too large a number");
      return false;
    }
  }
  *number = value;
  return at_ > begin;
}

bool PatternReader::Property(bool negated, CodePointRanges* set) {
  const size_t end = expression_.find('}', at_);
  if (!Take("{") || end == std::string_view::npos) {
    Fail("has a property without braces");
    return true;
  }
  if (Take("^")) negated = !negated;
  const std::string_view name = expression_.substr(at_, end - at_);
  if (!FindProperty(name, set)) {
    Fail("has the property \"" + std::string(name) + "\", which is not known");
    return true;
  }
  at_ = end + 1;
  if (negated) *set = Complement(*set);
  return true;
}

bool PatternReader::ClassEscape(CodePointRanges* set) {
  const CodePointRanges hex = {{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
  switch (AtEnd() ? 0 : expression_[at_]) {
    case 's':
      *set = WhiteSpaceRanges();
      break;
    case 'S':
      *set = Complement(WhiteSpaceRanges());
      break;
    case 'd':
      *set = DigitRanges();
      break;
    case 'D':
      *set = Complement(DigitRanges());
      break;
    case 'w':
      *set = WordRanges();
      break;
    case 'W':
      *set = Complement(WordRanges());
      break;
    case 'h':
      *set = hex;
      break;
    case 'H':
      *set = Complement(hex);
      break;
    case 'p':
    case 'P':
      return Property(expression_[at_++] == 'P', set);
    default:
      return false;
  }
  ++at_;
  return true;
}

char32_t PatternReader::HexDigits(size_t least, size_t most) {
  char32_t code = 0;
  size_t count = 0;
  for (; count < most && at_ < expression_.size(); ++count, ++at_) {
    const int digit = HexValue(expression_[at_]);
    if (digit < 0) break;
    code = code * 16 + static_cast<char32_t>(digit);
  }
  const bool is_scalar = code <= kLastCodePoint && (code < 0xD800 || code > 0xDFFF);
  if (count < least || !is_scalar) Fail("has no character with such a number");
  return failed() ? 0 : code;
}

char32_t PatternReader::CharacterEscape() {
  if (AtEnd()) {
    Fail("ends in a backslash");
    return 0;
  }
  const char32_t escaped = Next();
  switch (escaped) {
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case 'a':
      return '\a';
    case 'e':
      return 0x1B;
    case 'u':
      return HexDigits(4, 4);
    case 'x': {
      if (!Take("{")) {
        const char32_t code = HexDigits(1, 2);
        // A byte of a character, in the reference.
        if (code >= 0x80) Fail("has a byte that is no character: \\x{...} names characters");
        return code;
      }
      const char32_t code = HexDigits(1, 8);
      if (!Take("}")) Fail("has an unclosed \\x{");
      return code;
    }
    default:
      if (IsAsciiWord(escaped)) {
        Fail(std::string("has \\") + static_cast<char>(escaped) + ", which is not supported");
      }
      return escaped;
  }
}

}  // namespace abstractllm
