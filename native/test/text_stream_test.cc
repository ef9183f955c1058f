#include "text_stream.h"

#include "check.h"

using abstractllm::TextStream;

TEST("text_stream: passes text through without stop strings") {
  TextStream stream({});
  CHECK_EQ(stream.Push("Hello"), "Hello");
  CHECK_EQ(stream.Push(" world"), " world");
  CHECK_EQ(stream.Finish(), "");
}

TEST("text_stream: holds back half a character until it is whole") {
  TextStream stream({});
  CHECK_EQ(stream.Push("\xF0\x9F"), "");
  CHECK_EQ(stream.Push("\x98"), "");
  CHECK_EQ(stream.Push("\x80!"), "\xF0\x9F\x98\x80!");
}

TEST("text_stream: an unfinished character at the end becomes a replacement") {
  TextStream stream({});
  CHECK_EQ(stream.Push("a\xE2\x82"), "a");
  CHECK_EQ(stream.Finish(), "\xEF\xBF\xBD");
}

TEST("text_stream: a stop string that spans pieces is never shown") {
  TextStream stream({"</end>"});
  CHECK_EQ(stream.Push("one<"), "one");
  CHECK_EQ(stream.Push("/e"), "");
  CHECK_EQ(stream.Push("nd>two"), "");
  CHECK(stream.stopped());
  CHECK_EQ(stream.stop_sequence(), "</end>");
  CHECK_EQ(stream.Push("three"), "");
  CHECK_EQ(stream.Finish(), "");
}

TEST("text_stream: what only looked like a stop string is shown after all") {
  TextStream stream({"abc"});
  CHECK_EQ(stream.Push("xab"), "x");
  CHECK_EQ(stream.Push("ab"), "ab");
  CHECK_EQ(stream.Finish(), "ab");
  CHECK(!stream.stopped());
}

TEST("text_stream: the earliest of several stop strings wins") {
  TextStream stream({"world", "lo"});
  CHECK_EQ(stream.Push("hello world"), "hel");
  CHECK_EQ(stream.stop_sequence(), "lo");
}

TEST("text_stream: a stop string of several bytes per character can end the text") {
  TextStream stream({"\xE3\x80\x82"});
  CHECK_EQ(stream.Push("a\xE3\x80"), "a");
  CHECK_EQ(stream.Push("\x82"), "");
  CHECK(stream.stopped());
}
