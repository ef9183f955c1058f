#include "check.h"
#include "tokenizer/encode_texts.h"
#include "tokenizer/read_tokenizer.h"
#include "tokenizer/utf16_places.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Every byte is a token in the order of its code, "<s>" is 300, "<|end|>" 301.
std::string ByteVocabulary() {
  std::string vocabulary;
  for (int byte = 0; byte < 128; ++byte) {
    if (byte <= ' ' || byte > '~') continue;
    const std::string text = byte == '"' || byte == '\\'
                                 ? std::string("\\") + static_cast<char>(byte)
                                 : std::string(1, static_cast<char>(byte));
    vocabulary += (vocabulary.empty() ? "\"" : ",\"") + text + "\":" + std::to_string(byte);
  }
  // A space, and the two bytes of U+00E9.
  return vocabulary + R"(,"\u0120":32,"\u00c3":195,"\u00a9":169)";
}

std::string Json(const std::string& added, const std::string& members = "") {
  return R"({"added_tokens":[)" + added +
         R"(],"pre_tokenizer":{"type":"ByteLevel",)"
         R"("add_prefix_space":false,"use_regex":true},"decoder":{"type":"ByteLevel"},)" +
         members + R"("model":{"type":"BPE","merges":[],"vocab":{)" + ByteVocabulary() + "}}}";
}

std::string Added(int id, const std::string& text, const std::string& flags) {
  return R"({"id":)" + std::to_string(id) + R"(,"content":")" + text + "\"," + flags + "}";
}

const std::string kSpecial =
    R"("special":true,"normalized":false,"lstrip":false,"rstrip":false,"single_word":false)";

std::unique_ptr<HfTokenizer> Make(const std::string& json) {
  const auto parsed = ParseTokenizerJson("test", json);
  CHECK(parsed.ok());
  if (!parsed.ok()) return nullptr;
  auto tokenizer = MakeTokenizer(parsed.value());
  CHECK(tokenizer.ok());
  return tokenizer.ok() ? std::move(tokenizer.value()) : nullptr;
}

std::string Ids(const HfTokenizer& tokenizer, const std::string& text, EncodeOptions options) {
  const auto ids = tokenizer.Encode(text, options);
  if (!ids.ok()) return ids.status().message;
  std::string result;
  for (const int32_t id : ids.value()) {
    result += (result.empty() ? "" : " ") + std::to_string(id);
  }
  return result;
}

constexpr EncodeOptions kPlain = {/*add_special=*/false, /*parse_special=*/false};
constexpr EncodeOptions kParsing = {/*add_special=*/false, /*parse_special=*/true};

}  // namespace

TEST("tokenizer_hf: a text cannot forge special tokens") {
  // The second is one by its form only, the third not at all.
  const auto tokenizer =
      Make(Json(Added(300, "<s>", kSpecial) + ',' +
                Added(301, "<|end|>", R"("special":false,"normalized":false)") + ',' +
                Added(302, "<t>", R"("special":false,"normalized":false)")));
  REQUIRE(tokenizer != nullptr);
  CHECK_EQ(Ids(*tokenizer, "a<s><|end|><t>", kParsing), "97 300 301 302");
  CHECK_EQ(Ids(*tokenizer, "a<s><|end|><t>", kPlain), "97 60 115 62 60 124 101 110 100 124 62 302");
  CHECK_EQ(tokenizer->special_texts().size(), 2u);
}

TEST("tokenizer_hf: added tokens take white space in, and stand alone, where they say so") {
  const auto tokenizer =
      Make(Json(Added(300, "<l>", R"("special":false,"normalized":false,"lstrip":true)") + ',' +
                Added(301, "<r>", R"("special":false,"normalized":false,"rstrip":true)") + ',' +
                Added(302, "word", R"("special":false,"normalized":false,"single_word":true)") +
                ',' + Added(303, "<l>x", R"("special":false,"normalized":false)")));
  REQUIRE(tokenizer != nullptr);
  CHECK_EQ(Ids(*tokenizer, "a  <l> b", kPlain), "97 300 32 98");
  CHECK_EQ(Ids(*tokenizer, "a <r>  b", kPlain), "97 32 301 98");
  CHECK_EQ(Ids(*tokenizer, "word", kPlain), "302");
  CHECK_EQ(Ids(*tokenizer, "-word-", kPlain), "45 302 45");
  CHECK_EQ(Ids(*tokenizer, "sword", kPlain), "115 119 111 114 100");
  CHECK_EQ(Ids(*tokenizer, "<l>x", kPlain), "303");
}

TEST("tokenizer_hf: a template puts tokens around a text, and a configuration may not") {
  const auto tokenizer = Make(
      Json(Added(300, "<s>", kSpecial),
           R"("post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>",)"
           R"("type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],)"
           R"("special_tokens":{"<s>":{"id":"<s>","ids":[300],"tokens":["<s>"]}}},)"));
  REQUIRE(tokenizer != nullptr);
  CHECK_EQ(Ids(*tokenizer, "a", {}), "300 97");
  CHECK_EQ(Ids(*tokenizer, "a", kPlain), "97");
  TokenizerConfig config;
  config.add_bos = false;
  config.add_eos = true;
  config.eos_id = 300;
  tokenizer->Configure(config);
  CHECK_EQ(Ids(*tokenizer, "a", {}), "97 300");
}

TEST("tokenizer_hf: pieces of tokens make the text, without special ones") {
  const auto tokenizer = Make(Json(Added(300, "<s>", kSpecial)));
  REQUIRE(tokenizer != nullptr);
  const std::string text = "a \xC3\xA9";
  const auto ids = tokenizer->Encode("<s>" + text, kParsing);
  REQUIRE(ids.ok());
  std::string pieces;
  for (const int32_t id : ids.value()) tokenizer->AppendPiece(id, &pieces);
  CHECK_EQ(pieces, text);
  CHECK_EQ(tokenizer->Decode(ids.value(), true).value(), text);
  CHECK_EQ(tokenizer->Decode(ids.value(), false).value(), "<s>" + text);
  CHECK_EQ(tokenizer->Decode({195}, true).value(), "\xEF\xBF\xBD");
  CHECK(tokenizer->Decode({301}, true).status().code == Code::kInvalidParameter);
}

TEST("tokenizer_hf: tokens of bytes are text, even where a file calls them special") {
  const auto tokenizer = Make(
      R"({"added_tokens":[)" + Added(1, "<0xC3>", kSpecial) + ',' + Added(2, "<0xA9>", kSpecial) +
      R"(],"decoder":{"type":"ByteFallback"},"model":{"type":"BPE","byte_fallback":true,)" +
      R"("vocab":{"a":0,"<0xC3>":1,"<0xA9>":2},"merges":[]}})");
  REQUIRE(tokenizer != nullptr);
  CHECK_EQ(Ids(*tokenizer, "a\xC3\xA9", kPlain), "0 1 2");
  std::string pieces;
  for (const int32_t id : {0, 1, 2}) tokenizer->AppendPiece(id, &pieces);
  CHECK_EQ(pieces, "a\xC3\xA9");
  CHECK_EQ(tokenizer->Decode({0, 1, 2}, true).value(), pieces);
}

TEST("tokenizer_hf: tokens that a model has no row for are errors") {
  const auto tokenizer = Make(Json(Added(300, "<s>", kSpecial)));
  REQUIRE(tokenizer != nullptr);
  tokenizer->SetVocabularySize(256);
  CHECK_EQ(Ids(*tokenizer, "a", kParsing), "97");
  const auto beyond = tokenizer->Encode("<s>", kParsing);
  REQUIRE(!beyond.ok());
  CHECK(beyond.status().code == Code::kInvalidRequest);
}

TEST("tokenizer_hf: places are those of whole characters, as JavaScript counts") {
  const auto tokenizer = Make(Json(""));
  REQUIRE(tokenizer != nullptr);
  const std::string text = "\xF0\x9F\x98\x80\xC3\xA9x";
  const auto encoded = tokenizer->EncodeText(text, kPlain, /*with_places=*/true);
  REQUIRE(encoded.ok());
  // Of the first character no byte is a token.
  REQUIRE(encoded.value().ids == (std::vector<int32_t>{195, 169, 120}));
  std::vector<uint32_t> units;
  AppendUtf16Places(text, encoded.value().places, &units);
  CHECK(units == (std::vector<uint32_t>{2, 3, 2, 3, 3, 4}));
}

TEST("tokenizer_hf: an invalid byte is a U+FFFD, and nothing is cut short") {
  const auto tokenizer = Make(Json(""));
  REQUIRE(tokenizer != nullptr);
  CHECK_EQ(Ids(*tokenizer,
               "a\xFF\xFE"
               "b",
               kPlain),
           "97 98");
  CHECK_EQ(Ids(*tokenizer, std::string("a\0b", 3), kPlain), "97 98");
}

TEST("tokenizer_hf: many texts are what each is alone") {
  const auto tokenizer = Make(Json(""));
  REQUIRE(tokenizer != nullptr);
  EncodeTextsRequest request;
  for (size_t i = 0; i < 50; ++i) request.texts.push_back(std::string(i * 300, 'x') + "y");
  const CancelToken cancel;
  const auto encoded = EncodeTexts(*tokenizer, request, cancel);
  REQUIRE(encoded.ok());
  REQUIRE(encoded.value().counts.size() == request.texts.size());
  size_t at = 0;
  for (size_t i = 0; i < request.texts.size(); ++i) {
    CHECK_EQ(encoded.value().counts[i], request.texts[i].size());
    at += request.texts[i].size();
    CHECK_EQ(encoded.value().ids[at - 1], int32_t{'y'});
  }
  CancelToken cancelled;
  cancelled.Cancel();
  CHECK(EncodeTexts(*tokenizer, request, cancelled).status().code == Code::kAborted);
}

TEST("tokenizer_hf: a tokenizer that is not known is refused with the place in its file") {
  for (const auto& [member, place] : std::vector<std::pair<std::string, std::string>>{
           {R"("decoder":{"type":"X"})", "decoder.type"},
           {R"("decoder":{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"X"}]})",
            "decoder.decoders[1].type"},
           {R"("post_processor":{"type":"X"})", "post_processor.type"},
           {R"("normalizer":{"type":"X"})", "normalizer.type"},
           {R"("pre_tokenizer":{"type":"X"})", "pre_tokenizer.type"}}) {
    const auto parsed = ParseTokenizerJson(
        "test", '{' + member + R"(,"model":{"type":"BPE","vocab":{"a":0},"merges":[]}})");
    REQUIRE(parsed.ok());
    const auto made = MakeTokenizer(parsed.value());
    REQUIRE(!made.ok());
    CHECK(made.status().code == Code::kUnsupportedModel);
    CHECK(made.status().message.find(place) != std::string::npos);
  }
}
