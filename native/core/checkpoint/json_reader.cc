#include "checkpoint/json_reader.h"

#include <cmath>

#include "utf8.h"

namespace abstractllm {
namespace {

void AppendUtf8(uint32_t code, std::string* text) {
  const auto put = [&](uint32_t byte) { text->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

JsonReader::Token JsonReader::Fail(const char* what) {
  if (error_.empty()) error_ = std::string(what) + " at byte " + std::to_string(at_);
  return Token::kError;
}

void JsonReader::SkipSpace() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
    ++at_;
  }
}

JsonReader::Token JsonReader::Next() {
  if (!error_.empty()) return Token::kError;
  SkipSpace();
  if (expect_ == Expect::kNothing) {
    return at_ == text_.size() ? Token::kEnd : Fail("there is more text after the value");
  }
  if (at_ == text_.size()) return Fail("the text ends too early");
  if (expect_ == Expect::kCommaOrEnd) {
    const bool object = open_.back();
    if (text_[at_] == (object ? '}' : ']')) return Close(object);
    if (text_[at_] != ',') return Fail("a comma is missing");
    ++at_;
    SkipSpace();
    expect_ = object ? Expect::kKey : Expect::kValue;
    if (at_ == text_.size()) return Fail("the text ends too early");
  }
  const char c = text_[at_];
  if (expect_ == Expect::kKeyOrEnd && c == '}') return Close(true);
  if (expect_ == Expect::kValueOrEnd && c == ']') return Close(false);
  if (expect_ != Expect::kKey && expect_ != Expect::kKeyOrEnd) return Value();
  if (c != '"') return Fail("a key is missing");
  if (!String()) return Token::kError;
  SkipSpace();
  if (at_ == text_.size() || text_[at_] != ':') return Fail("a colon is missing");
  ++at_;
  expect_ = Expect::kValue;
  return Token::kKey;
}

bool JsonReader::Skip(Token token) {
  if (token == Token::kError) return false;
  if (token != Token::kObject && token != Token::kArray) return true;
  const size_t depth = open_.size();
  while (open_.size() >= depth) {
    if (Next() == Token::kError) return false;
  }
  return true;
}

JsonReader::Token JsonReader::Value() {
  switch (text_[at_]) {
    case '{':
      return Open(true);
    case '[':
      return Open(false);
    case '"':
      if (!String()) return Token::kError;
      ValueEnded();
      return Token::kString;
    case 't':
      return Word("true", Token::kTrue);
    case 'f':
      return Word("false", Token::kFalse);
    case 'n':
      return Word("null", Token::kNull);
    default:
      return Number();
  }
}

JsonReader::Token JsonReader::Open(bool object) {
  if (open_.size() == kMaxJsonDepth) return Fail("the nesting is too deep");
  ++at_;
  open_.push_back(object);
  expect_ = object ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  return object ? Token::kObject : Token::kArray;
}

JsonReader::Token JsonReader::Close(bool object) {
  ++at_;
  open_.pop_back();
  ValueEnded();
  return object ? Token::kObjectEnd : Token::kArrayEnd;
}

JsonReader::Token JsonReader::Word(std::string_view word, Token token) {
  if (text_.substr(at_, word.size()) != word) return Fail("an unknown word is");
  at_ += word.size();
  ValueEnded();
  return token;
}

// By hand: strtod reads a comma instead of a point where an embedder set such a locale.
JsonReader::Token JsonReader::Number() {
  constexpr uint64_t kMost = ~uint64_t{0};
  constexpr int kMaxExponent = 100000;  // beyond any double, within any int
  const auto peek = [this] { return at_ < text_.size() ? text_[at_] : '\0'; };
  const bool negative = peek() == '-';
  if (negative) ++at_;
  if (!IsDigit(peek())) return Fail("a value is missing");
  if (peek() == '0' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1])) {
    return Fail("a number with leading zeros is");
  }
  uint64_t digits = 0;
  int exponent = 0;
  bool exact = true;
  const auto take = [&](bool fraction) {
    const auto digit = static_cast<uint64_t>(text_[at_++] - '0');
    if (digits > (kMost - digit) / 10) {
      exact = false;
      if (!fraction && exponent < kMaxExponent) ++exponent;
    } else {
      digits = digits * 10 + digit;
      if (fraction) --exponent;
    }
  };
  while (IsDigit(peek())) take(false);
  bool integer = true;
  if (peek() == '.') {
    ++at_;
    integer = false;
    if (!IsDigit(peek())) return Fail("a digit is missing");
    while (IsDigit(peek())) take(true);
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    integer = false;
    const bool down = peek() == '-';
    if (down || peek() == '+') ++at_;
    if (!IsDigit(peek())) return Fail("a digit is missing");
    int power = 0;
    for (; IsDigit(peek()); ++at_) {
      if (power < kMaxExponent) power = power * 10 + (text_[at_] - '0');
    }
    exponent += down ? -power : power;
  }
  is_unsigned_ = integer && exact && (!negative || digits == 0);
  unsigned_ = digits;
  const auto magnitude = static_cast<double>(digits);
  number_ =
      exponent < 0 ? magnitude / std::pow(10.0, -exponent) : magnitude * std::pow(10.0, exponent);
  if (digits == 0) number_ = 0;
  if (negative) number_ = -number_;
  ValueEnded();
  return Token::kNumber;
}

bool JsonReader::Unsigned(uint64_t* value) const {
  if (!is_unsigned_) return false;
  *value = unsigned_;
  return true;
}

bool JsonReader::String() {
  value_.clear();
  ++at_;
  bool ascii = true;
  for (;;) {
    const size_t start = at_;
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"' || byte == '\\' || byte < 0x20) break;
      if (byte >= 0x80) ascii = false;
      ++at_;
    }
    value_.append(text_, start, at_ - start);
    if (at_ == text_.size()) return Fail("a text does not end"), false;
    if (text_[at_] == '"') break;
    if (text_[at_] != '\\') return Fail("a control character in a text is"), false;
    if (!Escape()) return false;
  }
  ++at_;
  if (!ascii && SanitizeUtf8(value_) != value_) return Fail("invalid UTF-8 is before"), false;
  return true;
}

bool JsonReader::HexUnit(uint32_t* unit) {
  if (text_.size() - at_ < 4) return Fail("a text does not end"), false;
  *unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text_[at_++];
    const int digit = IsDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return Fail("a wrong escape is before"), false;
    *unit = *unit << 4 | static_cast<uint32_t>(digit);
  }
  return true;
}

bool JsonReader::Escape() {
  ++at_;
  if (at_ == text_.size()) return Fail("a text does not end"), false;
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  const char name = text_[at_++];
  if (name != 'u') {
    const size_t index = kNames.find(name);
    if (index == std::string_view::npos) return Fail("a wrong escape is before"), false;
    value_.push_back(kValues[index]);
    return true;
  }
  uint32_t code = 0;
  if (!HexUnit(&code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return Fail("half a character is before"), false;
  if (code >= 0xD800 && code < 0xDC00) {
    uint32_t low = 0;
    if (text_.substr(at_, 2) != "\\u") return Fail("half a character is before"), false;
    at_ += 2;
    if (!HexUnit(&low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return Fail("half a character is before"), false;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  AppendUtf8(code, &value_);
  return true;
}

}  // namespace abstractllm
