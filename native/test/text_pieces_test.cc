#include "text_pieces.h"

#include "check.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

std::string Repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

// The pieces with bars between them.
std::string Bars(const std::vector<std::string_view>& pieces) {
  std::string result;
  for (const std::string_view piece : pieces) {
    if (!result.empty()) result += "|";
    result += piece;
  }
  return result;
}

}  // namespace

TEST("text_pieces: ordinary text is one piece, long runs are cut between characters") {
  CHECK_EQ(SplitLongRuns("hello world", 5).size(), 1u);
  CHECK_EQ(SplitLongRuns("", 5).size(), 1u);
  const auto pieces = SplitLongRuns("aaaaaaaaaaaa bb", 5);
  CHECK_EQ(pieces.size(), 3u);
  CHECK_EQ(std::string(pieces[2]), "aa bb");
  const std::string accents = Repeat("\xC3\xA9", 11);
  size_t total = 0;
  for (const auto piece : SplitLongRuns(accents, 5)) {
    CHECK_EQ(piece.size() % 2, 0u);
    total += piece.size();
  }
  CHECK_EQ(total, accents.size());
}

TEST("text_pieces: cuts by words come before single spaces between letters") {
  const auto cut = [](const std::string& text, size_t bytes) {
    return Bars(SplitAtSafePlaces(text, CutRule::kWords, bytes, {}));
  };
  CHECK_EQ(cut("one two three four", 1), "one| two| three| four");
  CHECK_EQ(cut("one two three four", 5), "one two| three| four");
  CHECK_EQ(cut("one two three four", 100), "one two three four");
  CHECK_EQ(cut("one  two, three 4 \xC3\xA9 a", 1), "one  two, three 4 \xC3\xA9 a");
  CHECK_EQ(cut("", 1), "");
}

TEST("text_pieces: cuts by lines come before line feeds behind letters") {
  CHECK_EQ(Bars(SplitAtSafePlaces("a b\nc.\nd\n\ne", CutRule::kLines, 1, {})), "a b|\nc.\nd|\n\ne");
  CHECK_EQ(SplitAtSafePlaces("a b\nc", CutRule::kNever, 1, {}).size(), 1u);
}

TEST("text_pieces: no cut touches a special token's text") {
  const auto cut = [](const std::string& text) {
    return Bars(SplitAtSafePlaces(text, CutRule::kWords, 1, {"of the", "end", "start"}));
  };
  CHECK_EQ(cut("all of the time"), "all of the time");
  CHECK_EQ(cut("much of a day"), "much| of| a| day");
  CHECK_EQ(cut("an end is near"), "an end is| near");
  CHECK_EQ(cut("we start now ok"), "we start now| ok");
}

TEST("text_pieces: what is not known is not cut") {
  CHECK(CutRuleFor("gpt2", "llama-bpe") == CutRule::kWords);
  CHECK(CutRuleFor("gpt2", "") == CutRule::kWords);
  CHECK(CutRuleFor("gemma4", "") == CutRule::kLines);
  CHECK(CutRuleFor("llama", "") == CutRule::kWords);
  for (const char* pre : {"exaone-moe", "superbpe", "whitespace", "kimi-k2", "tomorrow's"}) {
    CHECK(CutRuleFor("gpt2", pre) == CutRule::kNever);
  }
  for (const char* model : {"bert", "t5", "rwkv", "plamo2", "hybriddna", "whitespace", ""}) {
    CHECK(CutRuleFor(model, "") == CutRule::kNever);
  }
}
