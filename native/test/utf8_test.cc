#include "utf8.h"

#include "check.h"

using abstractllm::IncompleteUtf8Suffix;
using abstractllm::SanitizeUtf8;

TEST("utf8: complete text has no incomplete suffix") {
  CHECK_EQ(IncompleteUtf8Suffix(""), 0u);
  CHECK_EQ(IncompleteUtf8Suffix("abc"), 0u);
  CHECK_EQ(IncompleteUtf8Suffix("\xC3\xA9"), 0u);
  CHECK_EQ(IncompleteUtf8Suffix("\xF0\x9F\x98\x80"), 0u);
}

TEST("utf8: every prefix of a character is an incomplete suffix") {
  CHECK_EQ(IncompleteUtf8Suffix("a\xC3"), 1u);
  CHECK_EQ(IncompleteUtf8Suffix("a\xE2\x82"), 2u);
  CHECK_EQ(IncompleteUtf8Suffix("a\xF0\x9F\x98"), 3u);
}

TEST("utf8: bytes that can never become a character are not waited for") {
  CHECK_EQ(IncompleteUtf8Suffix("\x80\x80\x80"), 0u);
  CHECK_EQ(IncompleteUtf8Suffix("\xC0"), 0u);
  CHECK_EQ(IncompleteUtf8Suffix("\xE0\x80"), 0u);  // overlong
  CHECK_EQ(IncompleteUtf8Suffix("\xED\xA0"), 0u);  // surrogate
  CHECK_EQ(IncompleteUtf8Suffix("\xF4\x90"), 0u);  // above U+10FFFF
}

TEST("utf8: invalid sequences become one replacement per maximal subpart") {
  const std::string r = "\xEF\xBF\xBD";
  CHECK_EQ(SanitizeUtf8("a\xC3\xA9z"), "a\xC3\xA9z");
  CHECK_EQ(SanitizeUtf8("a\x80z"), "a" + r + "z");
  CHECK_EQ(SanitizeUtf8("\xF0\x9F\x98z"), r + "z");
  CHECK_EQ(SanitizeUtf8("\xED\xA0\x80"), r + r + r);
  CHECK_EQ(SanitizeUtf8("\xE2\x82"), r);
}
