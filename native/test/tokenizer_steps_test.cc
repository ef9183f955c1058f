// Normalizers and pre-tokenizers, compared with what the tokenizers library of Python makes
// of the same texts (test/fixtures/tokenizer_steps).
#include <fstream>
#include <sstream>
#include <string>

#include "check.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"

namespace abstractllm::test {
namespace {

JsonValue ReadFixture() {
  std::ifstream file(std::string(ABSTRACTLLM_FIXTURES) + "/tokenizer_steps/steps.json",
                     std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const std::string json = text.str();
  JsonReader reader(json);
  JsonValue value;
  if (!ReadJsonValue(&reader, reader.Next(), &value)) value = {};
  return value;
}

std::string Describe(const std::string& piece, uint64_t begin, uint64_t end) {
  return piece + "[" + std::to_string(begin) + "," + std::to_string(end) + ")";
}

std::string Expected(const JsonValue& pieces, const std::string& text) {
  std::string result;
  for (const JsonValue& piece : pieces.items) {
    const size_t places = piece.items.size() - 2;
    const auto begin = static_cast<uint64_t>(piece.items[places].number);
    const auto end = static_cast<uint64_t>(piece.items[places + 1].number);
    result +=
        Describe(places > 0 ? piece.items[0].text : text.substr(begin, end - begin), begin, end);
  }
  return result;
}

std::string Cut(const PreTokenizer& step, const std::string& text, bool with_places) {
  PreTokens tokens;
  tokens.text.Assign(text, 0, with_places);
  if (!text.empty()) tokens.pieces.push_back({0, static_cast<uint32_t>(text.size()), -1});
  step.Apply(&tokens);
  std::string result;
  for (const Piece& piece : tokens.pieces) {
    std::string bytes(tokens.text.text().substr(piece.begin, piece.end - piece.begin));
    if (step.gives_bytes()) bytes = ToByteAlphabet(bytes);
    if (!with_places) {
      result += bytes + "|";
      continue;
    }
    const ByteSpan origin = tokens.text.Origin(piece.begin, piece.end);
    result += Describe(bytes, origin.begin, origin.end);
  }
  return result;
}

std::string WithoutPlaces(const JsonValue& pieces, const std::string& text) {
  std::string result;
  for (const JsonValue& piece : pieces.items) {
    if (piece.items.size() > 2) {
      result += piece.items[0].text + "|";
      continue;
    }
    const auto begin = static_cast<size_t>(piece.items[0].number);
    const auto end = static_cast<size_t>(piece.items[1].number);
    result += text.substr(begin, end - begin) + "|";
  }
  return result;
}

Result<std::unique_ptr<PreTokenizer>> PreTokenizerOf(const std::string& json) {
  JsonReader reader(json);
  JsonValue spec;
  ReadJsonValue(&reader, reader.Next(), &spec);
  return MakePreTokenizer(spec, "pre_tokenizer");
}

TEST("tokenizer_steps: pre-tokenizers cut as the reference does") {
  const JsonValue fixture = ReadFixture();
  REQUIRE(fixture.Find("steps") != nullptr);
  size_t compared = 0;
  for (const JsonValue& step : fixture.Find("steps")->items) {
    const JsonValue* spec = step.Find("pre_tokenizer");
    if (spec == nullptr) continue;
    const auto made = MakePreTokenizer(*spec, "pre_tokenizer");
    if (!made.ok()) Fail(__FILE__, __LINE__, made.status().message);
    if (!made.ok()) continue;
    const std::vector<JsonValue>& texts = fixture.Find("texts")->items;
    for (size_t i = 0; i < texts.size(); ++i, ++compared) {
      const JsonValue& expected = step.Find("results")->items[i];
      CHECK_EQ(Cut(*made.value(), texts[i].text, true), Expected(expected, texts[i].text));
      CHECK_EQ(Cut(*made.value(), texts[i].text, false), WithoutPlaces(expected, texts[i].text));
    }
  }
  CHECK(compared > 1000);
}

TEST("tokenizer_steps: normalizers write as the reference does") {
  const JsonValue fixture = ReadFixture();
  REQUIRE(fixture.Find("steps") != nullptr);
  size_t compared = 0;
  for (const JsonValue& step : fixture.Find("steps")->items) {
    const JsonValue* spec = step.Find("normalizer");
    if (spec == nullptr) continue;
    const auto made = MakeNormalizer(*spec, "normalizer");
    if (!made.ok()) Fail(__FILE__, __LINE__, made.status().message);
    if (!made.ok()) continue;
    const std::vector<JsonValue>& texts = fixture.Find("texts")->items;
    for (size_t i = 0; i < texts.size(); ++i, ++compared) {
      for (const bool with_places : {true, false}) {
        AlignedText text;
        TextRewrite::Buffers buffers;
        text.Assign(texts[i].text, 0, with_places);
        made.value()->Apply(&text, &buffers);
        CHECK_EQ(std::string(text.text()), step.Find("results")->items[i].text);
      }
    }
  }
  CHECK(compared > 300);
}

TEST("tokenizer_steps: what was found before is neither cut nor changed") {
  const auto made = PreTokenizerOf(
      R"({"type":"Sequence","pretokenizers":[{"type":"Metaspace","replacement":"_"},)"
      R"({"type":"Punctuation"}]})");
  REQUIRE(made.ok());
  PreTokens tokens;
  tokens.text.Assign("a <b> c", 0, true);
  tokens.pieces = {{0, 2, -1}, {2, 5, 7}, {5, 7, -1}};
  made.value()->Apply(&tokens);
  std::string pieces;
  for (const Piece& piece : tokens.pieces) {
    pieces += tokens.text.text().substr(piece.begin, piece.end - piece.begin);
    pieces += piece.token >= 0 ? "*" : "|";
  }
  CHECK_EQ(pieces, "_|a|_|<b>*_|c|");
  const ByteSpan token = tokens.text.Origin(tokens.pieces[3].begin, tokens.pieces[3].end);
  CHECK_EQ(token.begin, 2u);
  CHECK_EQ(token.end, 5u);
}

TEST("tokenizer_steps: only what begins the original gets the first mark") {
  const auto made =
      PreTokenizerOf(R"({"type":"Metaspace","replacement":"_","prepend_scheme":"first"})");
  REQUIRE(made.ok());
  for (const size_t base : {size_t{0}, size_t{3}}) {
    PreTokens tokens;
    tokens.text.Assign("a", base, false);
    tokens.pieces = {{0, 1, -1}};
    made.value()->Apply(&tokens);
    CHECK_EQ(std::string(tokens.text.text()), base == 0 ? "_a" : "a");
  }
}

TEST("tokenizer_steps: what cannot be is an error that says where") {
  const auto kind = PreTokenizerOf(
      R"({"type":"Sequence","pretokenizers":[{"type":"Whitespace"},{"type":"Magic"}]})");
  REQUIRE(!kind.ok());
  CHECK(kind.status().code == Code::kUnsupportedModel);
  CHECK(kind.status().message.find("pre_tokenizer.pretokenizers[1].type") != std::string::npos);

  const auto pattern = PreTokenizerOf(
      R"({"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated","invert":false})");
  REQUIRE(!pattern.ok());
  CHECK(pattern.status().code == Code::kUnsupportedModel);

  const auto missing = PreTokenizerOf(R"({"type":"Digits"})");
  REQUIRE(!missing.ok());
  CHECK(missing.status().code == Code::kModelLoading);
  CHECK(missing.status().message.find("individual_digits") != std::string::npos);

  const auto twice = PreTokenizerOf(
      R"({"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":false},)"
      R"({"type":"ByteLevel","add_prefix_space":false}]})");
  CHECK(!twice.ok());
  CHECK(!PreTokenizerOf("[]").ok());
  CHECK(!PreTokenizerOf(R"({"type":"CharDelimiterSplit","delimiter":"ab"})").ok());
  CHECK(!PreTokenizerOf(R"({"type":"FixedLength","length":0})").ok());
}

TEST("tokenizer_steps: a charsmap that lies is never read beyond its end") {
  // Base64 of: no bytes; a trie longer than the file; a trie that leads outside of itself.
  for (const char* charsmap : {"", "/////w==", "BAAAAAD///8="}) {
    JsonValue spec;
    const std::string json =
        std::string(R"({"type":"Precompiled","precompiled_charsmap":")") + charsmap + "\"}";
    JsonReader reader(json);
    REQUIRE(ReadJsonValue(&reader, reader.Next(), &spec));
    const auto made = MakeNormalizer(spec, "normalizer");
    if (!made.ok()) {
      CHECK(made.status().code == Code::kModelLoading);
      continue;
    }
    AlignedText text;
    TextRewrite::Buffers buffers;
    text.Assign("abc\xC3\xA9", 0, false);
    made.value()->Apply(&text, &buffers);
    CHECK_EQ(std::string(text.text()), "abc\xC3\xA9");
  }
}

}  // namespace
}  // namespace abstractllm::test
