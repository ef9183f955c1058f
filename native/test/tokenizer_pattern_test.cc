// Patterns: that they match what they say, and that no text takes them long. What the
// patterns of tokenizers match is compared with the reference in tokenizer_steps_test.cc.
#include <string>
#include <vector>

#include "check.h"
#include "tokenizer/pattern/pattern.h"

namespace abstractllm::test {
namespace {

std::string Matches(const char* expression, std::string_view text) {
  const Result<Pattern> pattern = Pattern::Compile(expression);
  if (!pattern.ok()) return pattern.status().message;
  PatternScratch scratch;
  Pattern::Finder finder(pattern.value(), text, &scratch);
  PatternMatch match;
  std::string result;
  while (finder.Next(&match)) {
    result += text.substr(match.begin, match.end - match.begin);
    result += "|";
  }
  return result;
}

// Steps per byte of all matches in `bytes` bytes of `unit`, and what comes after.
double StepsPerByte(const Pattern& pattern, const std::string& unit, const std::string& end,
                    size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  text += end;
  PatternScratch scratch;
  Pattern::Finder finder(pattern, text, &scratch);
  PatternMatch match;
  while (finder.Next(&match)) {
  }
  return static_cast<double>(scratch.steps) / static_cast<double>(text.size());
}

#define SUFFIXES "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define UPPER "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define LOWER "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define SPACES "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

// Of GPT-2, Llama 3, Qwen 2, GPT-4, GPT-4o, Tekken, DeepSeek, CLIP, BLOOM, Exaone.
const char* const kRealPatterns[] = {
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    SUFFIXES "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" SPACES,
    SUFFIXES "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" SPACES,
    "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| "
    "?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
    UPPER "*" LOWER "+" SUFFIXES "?|" UPPER "+" LOWER "*" SUFFIXES
          "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" SPACES,
    UPPER "*" LOWER "+|" UPPER "+" LOWER "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" SPACES,
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}"
    "\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|" SPACES,
    "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}"
    "\\p{N}]+",
    " ?[^(\\s|[.,!?])]+",
    "[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}| "
    "?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
};

// Each takes a matcher that tries all there is time in the square of a text or worse.
const char* const kHostilePatterns[] = {
    "(a|aa)+b",      "(?:a+)+b",          "(?:a+a+)+b",      "a*a*a*b",
    "(?:a|b|ab)*c",  "(?=(?:a|aa)+b)a|.", "(?!(?:a|aa)+b)a", "a*?b",
    "(?:a+?)+?b",    "(?:.+\\n)+x",       "(?:a{1,3})+b",    "(?=(?:\\d{3})+$)\\d|.",
    "\\w+\\s+\\w+x", "(?:\\s+\\S+)*x|.",  "(?:(?:a|A)+ )+x", ".*.*x",
};

const char* const kUnits[] = {
    "a",        "A",  "1",  " ",   "\n", "!",  "\xE4\xB8\xAD",    "\xC3\x89",
    "\xCC\x81", "a ", "aA", "  x", "'s", "ab", "\xF0\x9F\x98\x80"};

TEST("tokenizer_pattern: alternatives count in their order, quantifiers by their kind") {
  CHECK_EQ(Matches("a|ab", "abab"), "a|a|");
  CHECK_EQ(Matches("ab|a", "aba"), "ab|a|");
  CHECK_EQ(Matches("a{2,3}", "aaaaa"), "aaa|aa|");
  CHECK_EQ(Matches("a{2,3}?", "aaaaa"), "aa|aa|");
  CHECK_EQ(Matches("a++b|a", "aac"), "a|a|");
  CHECK_EQ(Matches("a++a|b", "aab"), "b|");
  CHECK_EQ(Matches("(?:ab)+?c|a", "ababca"), "ababc|a|");
  // A plus behind an interval repeats the whole; {n}? makes it optional.
  CHECK_EQ(Matches("a{2}+", "aaaaa"), "aaaa|");
  CHECK_EQ(Matches("xa{2}?", "xaax"), "xaa|x|");
}

TEST("tokenizer_pattern: looks see what is around, empty matches do not repeat") {
  CHECK_EQ(Matches("\\s+(?!\\S)|\\s+", "a   b  "), "  | |  |");
  CHECK_EQ(Matches("(?<=ab|xy)c|(?<!a)b", "abcxycb"), "c|c|b|");
  CHECK_EQ(Matches("a(?=b+c)", "abbcabb"), "a|");
  CHECK_EQ(Matches("a(?!b+c)", "abbcabb"), "a|");
  CHECK_EQ(Matches("x*", "axb"), "|x||");
  CHECK_EQ(Matches("^a|b$", "a\na\nb"), "a|a|b|");
}

TEST("tokenizer_pattern: case is ignored as Unicode folds it") {
  CHECK_EQ(Matches("(?i:'S|k)", "'s'S'\xC5\xBF'\xE2\x84\xAAK"), "'s|'S|'\xC5\xBF|\xE2\x84\xAA|K|");
  CHECK_EQ(Matches("a(?i)b|C", "aB ac aC"), "aB|ac|aC|");
}

TEST("tokenizer_pattern: literals are no patterns") {
  const Pattern pattern = Pattern::Literal("a.");
  PatternScratch scratch;
  const std::string text = "aba.a.";
  Pattern::Finder finder(pattern, text, &scratch);
  PatternMatch match;
  REQUIRE(finder.Next(&match));
  CHECK_EQ(match.begin, size_t{2});
  REQUIRE(finder.Next(&match));
  CHECK_EQ(match.begin, size_t{4});
  CHECK(!finder.Next(&match));
}

TEST("tokenizer_pattern: what is not known is refused, not guessed") {
  std::string deep(200, '(');
  std::string wide;
  for (int i = 0; i < 12; ++i) wide = "(?:a" + wide + "){100}";
  const std::string expressions[] = {"(a)\\1",
                                     "\\X",
                                     "\\p{Klingon}",
                                     "(?>ab)",
                                     "(?<name>a)",
                                     "(?:a*)*",
                                     "(?:ab)++",
                                     "*a",
                                     "(a",
                                     "a)",
                                     "[a",
                                     "[z-a]",
                                     "a{3,2}",
                                     "\\xff",
                                     "(?<=a+)",
                                     "(?i:\xC3\xA9)",
                                     "[[:odd:]]",
                                     "a{5000}",
                                     "\\",
                                     "(?",
                                     "[]",
                                     deep,
                                     wide};
  for (const std::string& expression : expressions) {
    const Result<Pattern> pattern = Pattern::Compile(expression);
    if (pattern.ok()) {
      Fail(__FILE__, __LINE__, "compiled: " + expression);
    } else {
      CHECK(pattern.status().code == Code::kUnsupportedModel);
    }
  }
}

TEST("tokenizer_pattern: no text takes a tokenizer's pattern long") {
  for (const char* expression : kRealPatterns) {
    const Result<Pattern> pattern = Pattern::Compile(expression);
    if (!pattern.ok()) Fail(__FILE__, __LINE__, pattern.status().message);
    if (!pattern.ok()) continue;
    for (const char* unit : kUnits) {
      for (const char* end : {"", "b"}) {
        CHECK(StepsPerByte(pattern.value(), unit, end, 100000) < 32);
      }
    }
  }
}

TEST("tokenizer_pattern: ten megabytes of one character take as long as they have to") {
  for (const size_t index : {1, 4, 6}) {
    const Result<Pattern> pattern = Pattern::Compile(kRealPatterns[index]);
    REQUIRE(pattern.ok());
    for (const char* unit : {"A", " ", "!"}) {
      CHECK(StepsPerByte(pattern.value(), unit, "", 10 * 1000 * 1000) < 32);
    }
  }
}

TEST("tokenizer_pattern: patterns made to take long do not") {
  for (const char* expression : kHostilePatterns) {
    const Result<Pattern> pattern = Pattern::Compile(expression);
    if (!pattern.ok()) Fail(__FILE__, __LINE__, pattern.status().message);
    if (!pattern.ok()) continue;
    for (const char* unit : kUnits) {
      for (const char* end : {"", "b"}) {
        const double steps = StepsPerByte(pattern.value(), unit, end, 30000);
        if (steps < 128) continue;
        Fail(__FILE__, __LINE__,
             std::string(expression) + " over " + unit + end + " takes " + std::to_string(steps) +
                 " steps per byte");
      }
    }
  }
}

}  // namespace
}  // namespace abstractllm::test
