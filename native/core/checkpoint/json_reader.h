// A JSON text, one token at a time. Tokenizers are tens of megabytes of JSON: nothing is
// kept but what the caller keeps, and nothing recurses, whatever the nesting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

// Far beyond what checkpoints nest, small enough for callers that recurse.
constexpr size_t kMaxJsonDepth = 64;

// Thread: one at a time. Owns: nothing; `text` must outlive it.
// Errors: the token kError, which repeats; error() says what and where.
class JsonReader {
 public:
  enum class Token {
    kObject,  // {
    kObjectEnd,
    kArray,  // [
    kArrayEnd,
    kKey,     // of a member; text() has it
    kString,  // text()
    kNumber,  // number(), and Unsigned() if it is one
    kTrue,
    kFalse,
    kNull,
    kEnd,  // after the one value of a text
    kError,
  };

  explicit JsonReader(std::string_view text) : text_(text) {}

  Token Next();
  // For a caller that takes no more of the text: it is an error from here on.
  Token Fail(const char* what);
  // After kObject or kArray: to the matching end. After any other token: nothing.
  // False on an error.
  bool Skip(Token token);

  // Of the last kKey or kString, unescaped; valid UTF-8. Its contents may be taken.
  std::string& text() { return value_; }
  // Of the last kNumber, right to within a few units of a double's last place.
  double number() const { return number_; }
  // The last kNumber, if it was written as an integer from 0 to 2^64 - 1.
  bool Unsigned(uint64_t* value) const;
  // Where the next token is looked for, in bytes.
  size_t position() const { return at_; }
  const std::string& error() const { return error_; }

 private:
  enum class Expect { kValue, kValueOrEnd, kKey, kKeyOrEnd, kCommaOrEnd, kNothing };

  Token Value();
  Token Open(bool object);
  Token Close(bool object);
  Token Word(std::string_view word, Token token);
  Token Number();
  bool String();
  bool Escape();
  bool HexUnit(uint32_t* unit);
  void SkipSpace();
  void ValueEnded() { expect_ = open_.empty() ? Expect::kNothing : Expect::kCommaOrEnd; }

  std::string_view text_;
  size_t at_ = 0;
  Expect expect_ = Expect::kValue;
  std::vector<bool> open_;  // true: an object
  std::string value_;
  double number_ = 0;
  uint64_t unsigned_ = 0;
  bool is_unsigned_ = false;
  std::string error_;
};

}  // namespace abstractllm
