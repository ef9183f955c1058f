// Characters: sets, forms, clusters, and where rewritten bytes came from.
#include <string>

#include "check.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/unicode/decomposition.h"
#include "tokenizer/unicode/grapheme_break.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm::test {
namespace {

TEST("tokenizer_unicode: a set has its ranges, and its complement the rest") {
  const CodePointRanges ranges =
      Normalized({{0x10FFFF, 0x10FFFF}, {'a', 'f'}, {'d', 'z'}, {0xFF, 0x200}});
  CHECK_EQ(ranges.size(), size_t{3});
  const CodePointSet set(ranges);
  const CodePointSet rest(Complement(ranges));
  CHECK(Intersection(ranges, Complement(ranges)).empty());
  CHECK_EQ(Union(ranges, Complement(ranges)).size(), size_t{1});
  size_t count = 0;
  for (char32_t code = 0; code <= kLastCodePoint; ++code) {
    if (set.Contains(code) == rest.Contains(code)) Fail(__FILE__, __LINE__, "in both or none");
    count += set.Contains(code) ? 1 : 0;
  }
  CHECK_EQ(count, size_t{26 + 0x200 - 0xFF + 1 + 1});
  for (unsigned char code = 0; code < 0x80; ++code) {
    CHECK(set.ContainsAscii(code) == set.Contains(code));
  }
}

TEST("tokenizer_unicode: properties by their names") {
  CodePointRanges ranges;
  for (const char* name : {"L", "Lu", "lu", "Letter", "Uppercase_Letter", "Han", "Alphabetic",
                           "White_Space", "Nonspacing Mark"}) {
    CHECK(FindProperty(name, &ranges));
    CHECK(!ranges.empty());
  }
  CHECK(!FindProperty("Klingon", &ranges));
  CHECK(!FindProperty("", &ranges));
}

TEST("tokenizer_unicode: every composition is undone by its decomposition") {
  for (const CompositionEntry& entry : kUnicodeData.compositions) {
    CHECK(Compose(entry.first, entry.second) == entry.result);
    char32_t whole[kMostParts];
    char32_t first[kMostParts];
    const size_t count = Decompose(entry.result, false, whole);
    const size_t begin = Decompose(entry.first, false, first);
    CHECK_EQ(count, begin + 1);
    CHECK(whole[count - 1] == entry.second);
  }
  for (char32_t syllable = 0xAC00; syllable <= 0xD7A3; ++syllable) {
    char32_t parts[kMostParts];
    const size_t count = Decompose(syllable, false, parts);
    char32_t composed = parts[0];
    for (size_t i = 1; i < count; ++i) composed = Compose(composed, parts[i]).value_or(0);
    CHECK(composed == syllable);
  }
  for (const DecompositionEntry& entry : kUnicodeData.compatible) {
    CHECK(entry.count <= kMostParts);
  }
}

TEST("tokenizer_unicode: lowercase, and the one letter that becomes two") {
  CHECK(Lowercase('Q') == 'q');
  CHECK(Lowercase(0xC9) == 0xE9);
  CHECK(Lowercase(0x416) == 0x436);
  CHECK(Lowercase(0x130) == 'i');
  CHECK(Lowercase(0x4E2D) == 0x4E2D);
}

std::string Clusters(std::string_view text) {
  GraphemeSplitter splitter;
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const Utf8Character character = CharacterAt(text, at);
    if (splitter.BreaksBefore(character.code)) result += '|';
    result += text.substr(at, character.bytes);
    at += character.bytes;
  }
  return result;
}

TEST("tokenizer_unicode: clusters are what people take for characters") {
  CHECK_EQ(Clusters("ab\r\n\xCC\x81"), "|a|b|\r\n|\xCC\x81");
  CHECK_EQ(Clusters("e\xCC\x81x"), "|e\xCC\x81|x");
  const std::string germany = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";
  CHECK_EQ(Clusters(germany + germany), "|" + germany + "|" + germany);
  const std::string family = "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9";
  CHECK_EQ(Clusters(family), "|" + family);
  CHECK_EQ(Clusters("a\xE2\x80\x8D\xF0\x9F\x91\xA9"), "|a\xE2\x80\x8D|\xF0\x9F\x91\xA9");
}

TEST("tokenizer_unicode: the alphabet of bytes is one to one") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  const std::string text = ToByteAlphabet(bytes);
  std::string back;
  CHECK(AppendBytesOfAlphabet(text, &back));
  CHECK(back == bytes);
  CHECK(!AppendBytesOfAlphabet("a b", &back));
  CHECK(back == bytes);
}

TEST("tokenizer_unicode: rewritten bytes remember whole characters") {
  AlignedText text;
  TextRewrite::Buffers buffers;
  text.Assign("a\xC3\xA9z", 10, true);
  CHECK(!text.begins_original());
  // Part of a character stands for all of it.
  CHECK(text.Origin(2, 3) == (ByteSpan{11, 13}));
  for (int round = 0; round < 2; ++round) {
    TextRewrite rewrite(&text, &buffers);
    rewrite.PutAfter("<", 0);
    rewrite.Keep(0, text.text().size());
    rewrite.Put(U'>', text.text().size() - 1);
    rewrite.Finish();
  }
  CHECK_EQ(std::string(text.text()), "<<a\xC3\xA9z>>");
  CHECK(text.Origin(3, 5) == (ByteSpan{11, 13}));
  CHECK(text.Origin(6, 8) == (ByteSpan{13, 14}));
  CHECK(text.Origin(0, 8) == (ByteSpan{10, 14}));
}

TEST("tokenizer_unicode: whether a text begins the original is known without origins") {
  for (const bool tracks : {true, false}) {
    AlignedText text;
    TextRewrite::Buffers buffers;
    text.Assign("  a", 0, tracks);
    CHECK(text.begins_original());
    TextRewrite rewrite(&text, &buffers);
    rewrite.Keep(2, 3);
    rewrite.Finish();
    CHECK(!text.begins_original());
  }
}

}  // namespace
}  // namespace abstractllm::test
