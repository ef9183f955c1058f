#include "checkpoint/json_reader.h"

#include <cmath>

#include "check.h"
#include "checkpoint/json_value.h"

namespace abstractllm::test {
namespace {

using Token = JsonReader::Token;

double NumberOf(const std::string& text) {
  JsonReader reader(text);
  return reader.Next() == Token::kNumber && reader.Next() == Token::kEnd ? reader.number() : NAN;
}

std::string TextOf(const std::string& text) {
  JsonReader reader(text);
  return reader.Next() == Token::kString ? reader.text() : "error: " + reader.error();
}

}  // namespace

TEST("json_reader: a document comes token by token") {
  JsonReader reader(R"( {"a": [1, true, null], "b": {}} )");
  CHECK(reader.Next() == Token::kObject);
  CHECK(reader.Next() == Token::kKey);
  CHECK_EQ(reader.text(), "a");
  CHECK(reader.Next() == Token::kArray);
  CHECK(reader.Next() == Token::kNumber);
  CHECK(reader.Next() == Token::kTrue);
  CHECK(reader.Next() == Token::kNull);
  CHECK(reader.Next() == Token::kArrayEnd);
  CHECK(reader.Next() == Token::kKey);
  CHECK(reader.Skip(reader.Next()));
  CHECK(reader.Next() == Token::kObjectEnd);
  CHECK(reader.Next() == Token::kEnd);
  CHECK(reader.Next() == Token::kEnd);
}

TEST("json_reader: numbers are what was written") {
  for (const double value : {0.0, 1.0, -2.5, 1e10, 1.25e-7, -11.7329437, 123456789.0, 3.4e38}) {
    char text[64];
    std::snprintf(text, sizeof text, "%.17g", value);
    CHECK_EQ(static_cast<float>(NumberOf(text)), static_cast<float>(value));
  }
  CHECK_EQ(NumberOf("1E+2"), 100.0);
  CHECK_EQ(NumberOf("1000000000000000000000000"), 1e24);
  CHECK(std::isinf(NumberOf("1e999999999999")));
  CHECK_EQ(NumberOf("1e-999999999999"), 0.0);
  CHECK_EQ(NumberOf("0e999999999999"), 0.0);
  for (const char* text : {"-", "+1", ".5", "1.", "1e", "01", "0x1", "NaN", "Infinity"}) {
    CHECK(std::isnan(NumberOf(text)));
  }
}

TEST("json_reader: integers are exact, and told from other numbers") {
  uint64_t value = 0;
  const auto is_unsigned = [&](const char* text) {
    JsonReader reader(text);
    return reader.Next() == Token::kNumber && reader.Unsigned(&value);
  };
  CHECK(is_unsigned("18446744073709551615"));
  CHECK_EQ(value, UINT64_MAX);
  CHECK(!is_unsigned("18446744073709551616"));
  CHECK(!is_unsigned("-1"));
  CHECK(!is_unsigned("1.0"));
  CHECK(!is_unsigned("1e0"));
}

TEST("json_reader: texts are unescaped, and valid UTF-8") {
  CHECK_EQ(TextOf(R"("a\"\\\/\b\f\n\r\t")"), "a\"\\/\b\f\n\r\t");
  CHECK_EQ(TextOf(R"("\u00e9\u2581\ud83d\ude00")"), "\xC3\xA9\xE2\x96\x81\xF0\x9F\x98\x80");
  for (const char* text : {"\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"\\ud83d\"",
                           "\"\\ude00\"", "\"\\ud83dx\"", "\"\x01\"", "\"\xff\"", "\"\xc0\x80\""}) {
    CHECK_EQ(TextOf(text).substr(0, 6), "error:");
  }
}

TEST("json_reader: nesting has a limit, and a tree stays within it") {
  const auto nested = [](size_t depth) {
    const std::string text = std::string(depth, '[') + std::string(depth, ']');
    JsonReader reader(text);
    JsonValue value;
    return ReadJsonValue(&reader, reader.Next(), &value) && reader.Next() == Token::kEnd;
  };
  CHECK(nested(kMaxJsonDepth));
  CHECK(!nested(kMaxJsonDepth + 1));
  CHECK(!nested(1000000));
}

TEST("json_reader: broken structure is an error that stays") {
  for (const char* text : {"", " ", "[1 2]", "[1,]", "{\"a\" 1}", "{\"a\":1,}", "{1:2}", "[}", "{]",
                           "]", "1 1", "tru", "[,1]"}) {
    JsonReader reader(text);
    Token token = reader.Next();
    for (int i = 0; i < 10 && token != Token::kError; ++i) token = reader.Next();
    CHECK(token == Token::kError);
    CHECK(reader.Next() == Token::kError);
    CHECK(!reader.error().empty());
  }
}

}  // namespace abstractllm::test
