#include "checkpoint/vocabulary.h"

#include <algorithm>

#include "check.h"
#include "checkpoint/base64.h"
#include "checkpoint/pre_tokenizer.h"
#include "checkpoint/sentencepiece.h"
#include "checkpoint/tokenizer_json.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "tiny_checkpoint.h"

namespace abstractllm::test {
namespace {

const PlanValue* Find(const Vocabulary& vocabulary, const std::string& key) {
  for (const PlanMetadata& entry : vocabulary.metadata) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

template <typename T>
T Get(const Vocabulary& vocabulary, const std::string& key) {
  const PlanValue* value = Find(vocabulary, key);
  const T* typed = value == nullptr ? nullptr : std::get_if<T>(value);
  if (typed == nullptr) Fail(__FILE__, __LINE__, key + " is missing or of another type");
  return typed == nullptr ? T() : *typed;
}

std::string Token(const Vocabulary& vocabulary, size_t id) {
  const auto tokens = Get<std::vector<std::string>>(vocabulary, "tokenizer.ggml.tokens");
  return id < tokens.size() ? tokens[id] : "(none)";
}

int Kind(const Vocabulary& vocabulary, size_t id) {
  const auto kinds = Get<std::vector<int32_t>>(vocabulary, "tokenizer.ggml.token_type");
  return id < kinds.size() ? kinds[id] : -1;
}

Result<Vocabulary> Build(const std::string& json, PlanVocabulary plan = {}) {
  const TemporaryFolder folder;
  plan.tokenizer_json = folder.Path("tokenizer.json");
  WriteBytes(plan.tokenizer_json, json);
  return BuildVocabulary(plan);
}

// A file with these members, and a model if there is none among them.
std::string Json(const std::string& members) {
  const std::string model = R"("model":{"type":"BPE","vocab":{"a":0},"merges":[]})";
  return '{' + members + (members.find("\"model\"") == std::string::npos ? ',' + model : "") + '}';
}

constexpr char kByteLevel[] = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":true})";

}  // namespace

TEST("vocabulary: a byte-level BPE becomes gpt2, padded to the embedding") {
  PlanVocabulary plan;
  plan.size = 12;
  plan.eos = std::string("<|end|>");
  plan.stop = {std::string("<|end|>"), uint32_t{4}, uint32_t{4}, uint32_t{99},
               std::string("unknown")};
  plan.chat_template = "{{ messages }}";
  const auto built = Build(TinyTokenizerJson(), plan);
  REQUIRE(built.ok());
  const Vocabulary& vocabulary = built.value();
  CHECK_EQ(Get<std::string>(vocabulary, "tokenizer.ggml.model"), "gpt2");
  CHECK_EQ(Get<std::vector<std::string>>(vocabulary, "tokenizer.ggml.tokens").size(), 12u);
  CHECK_EQ(Token(vocabulary, 4), "abc");
  CHECK_EQ(Token(vocabulary, 7), "  ");
  CHECK_EQ(Token(vocabulary, 11), "[PAD11]");
  CHECK_EQ(Kind(vocabulary, 4), 1);
  CHECK_EQ(Kind(vocabulary, 6), 3);
  CHECK_EQ(Kind(vocabulary, 7), 4);
  CHECK_EQ(Kind(vocabulary, 11), 5);
  const auto merges = Get<std::vector<std::string>>(vocabulary, "tokenizer.ggml.merges");
  REQUIRE(merges.size() == 2);
  CHECK_EQ(merges[1], "ab c");
  CHECK_EQ(Get<uint32_t>(vocabulary, "tokenizer.ggml.eos_token_id"), 6u);
  CHECK_EQ(Get<bool>(vocabulary, "tokenizer.ggml.add_bos_token"), false);
  CHECK(vocabulary.stop_tokens == (std::vector<int32_t>{4, 6}));
  CHECK_EQ(vocabulary.eos_text, "<|end|>");
  CHECK_EQ(vocabulary.bos_text, "");
  CHECK_EQ(Get<std::string>(vocabulary, "tokenizer.chat_template"), "{{ messages }}");
}

TEST("vocabulary: tokens that share a text, or have none, get one of their own") {
  PlanVocabulary plan;
  plan.size = 6;
  const auto built =
      Build(Json(std::string(R"("pre_tokenizer":)") + kByteLevel +
                 R"(,"added_tokens":[{"id":2,"content":"a"},{"id":4,"content":"\u0000"}],
      "model":{"type":"BPE","vocab":{"a":0,"[PAD2]":3},"merges":[]})"),
            plan);
  REQUIRE(built.ok());
  auto tokens = Get<std::vector<std::string>>(built.value(), "tokenizer.ggml.tokens");
  CHECK_EQ(tokens[0], "a");
  CHECK_EQ(tokens[2], "[_PAD2]");
  CHECK_EQ(tokens[3], "[PAD2]");
  std::sort(tokens.begin(), tokens.end());
  CHECK(std::unique(tokens.begin(), tokens.end()) == tokens.end());
}

TEST("vocabulary: more tokens than the embedding has rows are cut") {
  PlanVocabulary plan;
  plan.size = 3;
  plan.eos = std::string("<|end|>");
  const auto built = Build(TinyTokenizerJson(), plan);
  REQUIRE(built.ok());
  CHECK_EQ(Get<std::vector<std::string>>(built.value(), "tokenizer.ggml.tokens").size(), 3u);
}

TEST("vocabulary: what is put around a text comes from the post-processor or the plan") {
  const auto with = [](const std::string& processor, PlanVocabulary plan = {}) {
    return Build(Json(std::string(R"("pre_tokenizer":)") + kByteLevel +
                      R"(,"added_tokens":[{"id":1,"content":"<s>","special":true},
                                          {"id":2,"content":"</s>","special":true}],
                      "post_processor":)" +
                      processor),
                 plan);
  };
  const char* kBoth = R"({"type":"Sequence","processors":[{"type":"ByteLevel"},
      {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}},
                                             {"SpecialToken":{"id":"</s>"}}]}]})";
  auto built = with(kBoth);
  REQUIRE(built.ok());
  CHECK(Get<bool>(built.value(), "tokenizer.ggml.add_bos_token"));
  CHECK(Get<bool>(built.value(), "tokenizer.ggml.add_eos_token"));
  CHECK_EQ(Get<uint32_t>(built.value(), "tokenizer.ggml.bos_token_id"), 1u);
  CHECK_EQ(Get<uint32_t>(built.value(), "tokenizer.ggml.eos_token_id"), 2u);

  PlanVocabulary plan;
  plan.add_bos = false;
  plan.add_eos = false;
  built = with(kBoth, plan);
  REQUIRE(built.ok());
  CHECK(!Get<bool>(built.value(), "tokenizer.ggml.add_bos_token"));
  CHECK(!Get<bool>(built.value(), "tokenizer.ggml.add_eos_token"));

  built = with(R"({"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1]})");
  REQUIRE(built.ok());
  CHECK(Get<bool>(built.value(), "tokenizer.ggml.add_bos_token"));
  CHECK_EQ(Get<uint32_t>(built.value(), "tokenizer.ggml.eos_token_id"), 2u);

  built = with(R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},
                   {"SpecialToken":{"id":"</s>"}},{"Sequence":{"id":"A"}}]})");
  REQUIRE(built.ok());
  CHECK(built.value().engine_differs.find("more than one token") != std::string::npos);
  CHECK_EQ(Get<uint32_t>(built.value(), "tokenizer.ggml.bos_token_id"), 1u);
}

TEST("vocabulary: a BPE with byte fallback becomes llama, scored by its merges") {
  const auto built = Build(R"({"normalizer":{"type":"Sequence","normalizers":[
        {"type":"Prepend","prepend":"▁"},
        {"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
      "added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true}],
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}]},
      "model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>",
        "vocab":{"<unk>":0,"<s>":1,"<0x0A>":2,"▁":3,"a":4,"b":5,"ab":6,"▁ab":7,"▁a":8},
        "merges":["a b","▁ ab","▁ a","▁a b"]}})");
  REQUIRE(built.ok());
  const Vocabulary& vocabulary = built.value();
  CHECK_EQ(Get<std::string>(vocabulary, "tokenizer.ggml.model"), "llama");
  const auto scores = Get<std::vector<float>>(vocabulary, "tokenizer.ggml.scores");
  CHECK_EQ(scores[6], 0.0f);
  CHECK_EQ(scores[7], -1.0f);  // the better of its two merges
  CHECK_EQ(scores[8], -2.0f);
  CHECK_EQ(Kind(vocabulary, 0), 2);
  CHECK_EQ(Kind(vocabulary, 2), 6);
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.add_space_prefix"));
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.add_bos_token"));
  CHECK_EQ(Get<uint32_t>(vocabulary, "tokenizer.ggml.unknown_token_id"), 0u);
}

TEST("vocabulary: Gemma's split at spaces is none, after its normalizer") {
  const auto with = [](const std::string& normalizer) {
    return Build(R"({"normalizer":)" + normalizer + R"(,
      "pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},
      "model":{"type":"BPE","byte_fallback":true,"vocab":{"a":0,"▁":1},"merges":[["a","▁"]]}})");
  };
  const auto built = with(R"({"type":"Replace","pattern":{"String":" "},"content":"▁"})");
  REQUIRE(built.ok());
  CHECK_EQ(Get<std::string>(built.value(), "tokenizer.ggml.model"), "llama");
  CHECK(!Get<bool>(built.value(), "tokenizer.ggml.add_space_prefix"));
  EXPECT_FAILURE(with("null"), Code::kUnsupportedModel, "MergedWithPrevious");
}

TEST("vocabulary: a Unigram that strips and joins spaces is one that the engine has") {
  const auto built = Build(R"({"normalizer":{"type":"Sequence","normalizers":[
        {"type":"Strip","strip_left":false,"strip_right":true},
        {"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]},
      "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
      "model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁a",-1.5]]}})");
  REQUIRE(built.ok());
  CHECK(Get<bool>(built.value(), "tokenizer.ggml.remove_extra_whitespaces"));
}

TEST("vocabulary: a Unigram becomes t5, with its compiled normalisation") {
  const auto with = [](const std::string& charsmap) {
    return Build(
        R"({"normalizer":{"type":"Precompiled","precompiled_charsmap":")" + charsmap +
        R"("},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
          {"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}]},
        "added_tokens":[{"id":0,"content":"<pad>","special":true}],
        "model":{"type":"Unigram","unk_id":1,"vocab":[["<pad>",0],["<unk>",0],["▁a",-1.5]]}})");
  };
  const auto built = with("BAAAAAAAAABhAA==");  // one entry of the array, "a"
  REQUIRE(built.ok());
  const Vocabulary& vocabulary = built.value();
  CHECK_EQ(Get<std::string>(vocabulary, "tokenizer.ggml.model"), "t5");
  CHECK_EQ(Get<std::vector<float>>(vocabulary, "tokenizer.ggml.scores")[2], -1.5f);
  CHECK_EQ(Get<std::vector<uint8_t>>(vocabulary, "tokenizer.ggml.precompiled_charsmap").size(),
           10u);
  CHECK_EQ(Get<uint32_t>(vocabulary, "tokenizer.ggml.unknown_token_id"), 1u);
  CHECK_EQ(Kind(vocabulary, 1), 2);
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.add_space_prefix"));
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.remove_extra_whitespaces"));
  for (const char* damaged : {"?", "AAAA", "////////", "BAAAAAAAAABh"}) {
    EXPECT_FAILURE(with(damaged), Code::kModelLoading, "precompiled_charsmap");
  }
}

TEST("vocabulary: a WordPiece becomes bert, with words marked instead of their parts") {
  PlanVocabulary plan;
  plan.cls = std::string("[CLS]");
  plan.sep = std::string("[SEP]");
  const auto built =
      Build(R"({"normalizer":{"type":"BertNormalizer","lowercase":true,"strip_accents":null},
      "pre_tokenizer":{"type":"BertPreTokenizer"},
      "added_tokens":[{"id":1,"content":"[CLS]","special":true},{"id":2,"content":"[SEP]","special":true}],
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]"}},
        {"Sequence":{"id":"A"}},{"SpecialToken":{"id":"[SEP]"}}]},
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
        "vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##a":4,"##":5}}})",
            plan);
  REQUIRE(built.ok());
  const Vocabulary& vocabulary = built.value();
  CHECK_EQ(Token(vocabulary, 3),
           "\xE2\x96\x81"
           "a");
  CHECK_EQ(Token(vocabulary, 4), "a");
  CHECK_EQ(Token(vocabulary, 5), "\xE2\x96\x81##");
  CHECK_EQ(Token(vocabulary, 1), "[CLS]");
  CHECK_EQ(Get<uint32_t>(vocabulary, "tokenizer.ggml.bos_token_id"), 1u);
  CHECK_EQ(Get<uint32_t>(vocabulary, "tokenizer.ggml.seperator_token_id"), 2u);
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.normalizer.lowercase"));
  CHECK(Get<bool>(vocabulary, "tokenizer.ggml.normalizer.strip_accents"));
}

TEST("vocabulary: the engine's name for a way of splitting") {
  const auto name = [](const std::string& json, bool ignore_merges, bool clean = false) {
    JsonReader reader(json);
    JsonValue value;
    ReadJsonValue(&reader, reader.Next(), &value);
    return FindPreTokenizerName(value, ignore_merges, clean);
  };
  const std::string bytes = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})";
  const auto split = [&](const std::string& regex, const std::string& behavior, bool invert) {
    return R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":")" + regex +
           R"("},"behavior":")" + behavior + R"(","invert":)" + (invert ? "true" : "false") + "}," +
           bytes + "]}";
  };
  const std::string llama3 =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+)";
  const std::string qwen2 =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+)";
  CHECK_EQ(name(kByteLevel, false, true), "gpt-2");
  CHECK_EQ(name(split(llama3, "Isolated", false), true), "llama-bpe");
  CHECK_EQ(name(split(llama3, "Removed", true), true), "llama-bpe");
  CHECK_EQ(name(split(llama3, "Isolated", false), false), "dbrx");
  CHECK_EQ(name(split(qwen2, "Isolated", false), false), "qwen2");
  CHECK_EQ(name(split(llama3, "Removed", false), true), "");
  CHECK_EQ(name(split("x", "Isolated", false), false), "");
  CHECK_EQ(name(R"({"type":"ByteLevel","add_prefix_space":true})", false), "");
}

TEST("vocabulary: what the engine cannot imitate is named, or refused") {
  const auto pre = [](const std::string& tokenizer) {
    return Build(Json(R"("pre_tokenizer":)" + tokenizer));
  };
  EXPECT_FAILURE(pre(R"({"type":"Whitespace"})"), Code::kUnsupportedModel, "Whitespace");
  const auto differs = [](const Result<Vocabulary>& built) {
    return built.ok() ? built.value().engine_differs : built.status().message;
  };
  const auto split = pre(R"({"type":"Sequence","pretokenizers":[{"type":"Split",
      "pattern":{"Regex":"[a-z]+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel",
      "add_prefix_space":false,"use_regex":false}]})");
  CHECK(split.ok() && differs(split).find("[a-z]+") != std::string::npos);
  const auto lower = Build(
      Json(std::string(R"("normalizer":{"type":"Lowercase"},"pre_tokenizer":)") + kByteLevel));
  CHECK(lower.ok() && differs(lower).find("Lowercase") != std::string::npos);
  CHECK_EQ(differs(pre(std::string(kByteLevel))), "");
  EXPECT_FAILURE(Build(R"({"model":{"type":"WordLevel","vocab":{"a":0}}})"),
                 Code::kUnsupportedModel, "WordLevel");
}

TEST("vocabulary: damaged tokenizer files are refused") {
  const auto model = [](const std::string& members) {
    return Build(R"({"model":{"type":"BPE",)" + members + "}}");
  };
  EXPECT_FAILURE(Build(""), Code::kModelLoading, "JSON");
  EXPECT_FAILURE(Build("[]"), Code::kModelLoading, "not a JSON object");
  EXPECT_FAILURE(Build("{}"), Code::kModelLoading, "no model");
  EXPECT_FAILURE(Build("{\"model\":[]}"), Code::kModelLoading, "no proper model");
  EXPECT_FAILURE(model(R"("vocab":{})"), Code::kModelLoading, "empty");
  EXPECT_FAILURE(model(R"("vocab":[["a",1]])"), Code::kModelLoading, "of its kind");
  EXPECT_FAILURE(model(R"("vocab":{"a":-1})"), Code::kModelLoading, "no proper id");
  EXPECT_FAILURE(model(R"("vocab":{"a":1e9})"), Code::kModelLoading, "no proper id");
  EXPECT_FAILURE(model(R"("vocab":{"a":99999999})"), Code::kModelLoading, "99999999");
  EXPECT_FAILURE(model(R"("vocab":{"a":1,"b":1})"), Code::kModelLoading, "the same id 1");
  EXPECT_FAILURE(model(R"("vocab":{"a":1},"vocab":{"b":2})"), Code::kModelLoading, "twice");
  EXPECT_FAILURE(Build(R"({"model":{"type":"Unigram","vocab":{"x":9},"vocab":[["a",1.0]]}})"),
                 Code::kModelLoading, "twice");
  EXPECT_FAILURE(Build(R"({"model":{"type":"Unigram","vocab":[["a",1e300]]}})"),
                 Code::kModelLoading, "not a text with a score");
  EXPECT_FAILURE(model(R"("vocab":{"a":1},"merges":["ab"])"), Code::kModelLoading, "merge 0");
  EXPECT_FAILURE(model(R"("vocab":{"a":1},"merges":["a b c"])"), Code::kModelLoading, "merge 0");
  EXPECT_FAILURE(model(R"("vocab":{"a":1},"merges":[["a"]])"), Code::kModelLoading, "merge 0");
  EXPECT_FAILURE(Build(Json(R"("added_tokens":[{"id":1e300,"content":"x"}])")), Code::kModelLoading,
                 "no proper id");
  EXPECT_FAILURE(Build("{\"normalizer\":" + std::string(100000, '[')), Code::kModelLoading, "deep");
  EXPECT_FAILURE(BuildVocabulary({}), Code::kModelNotFound, "tokenizer.json");
  PlanVocabulary missing;
  missing.tokenizer_json = "/no/such/tokenizer.json";
  EXPECT_FAILURE(BuildVocabulary(missing), Code::kModelNotFound, "/no/such/tokenizer.json");
}

TEST("vocabulary: a SentencePiece model is read, and a damaged one refused") {
  const auto field = [](int number, const std::string& bytes) {
    return std::string(1, static_cast<char>(number << 3 | 2)) +
           std::string(1, static_cast<char>(bytes.size())) + bytes;
  };
  const auto number = [](int field_number, int value) {
    std::string key(1,
                    static_cast<char>((field_number << 3 & 0x7F) | (field_number > 15 ? 0x80 : 0)));
    if (field_number > 15) key += static_cast<char>(field_number >> 4);
    return key + static_cast<char>(value);
  };
  const auto piece = [&](const std::string& text, float score, int kind) {
    std::string bytes = field(1, text) + std::string(1, static_cast<char>(2 << 3 | 5));
    bytes.append(reinterpret_cast<const char*>(&score), sizeof score);
    return field(1, bytes + number(3, kind));
  };
  const std::string file = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("<0x0A>", 0, 6) +
                           piece("a", -1.5f, 1) + field(2, number(3, 2) + number(40, 0)) +
                           field(3, number(3, 0));
  const auto parsed = ParseSentencePiece("m", file);
  REQUIRE(parsed.ok());
  REQUIRE(parsed.value().pieces.size() == 4);
  CHECK(parsed.value().kind == SentencePieceModel::Kind::kBytePair);
  CHECK(parsed.value().pieces[2].kind == TokenKind::kByte);
  CHECK_EQ(parsed.value().pieces[3].score, -1.5f);
  CHECK(!parsed.value().add_dummy_prefix);
  for (size_t size = 0; size < file.size(); ++size) ParseSentencePiece("m", file.substr(0, size));
  EXPECT_FAILURE(ParseSentencePiece("m", ""), Code::kModelLoading, "SentencePiece");
  EXPECT_FAILURE(ParseSentencePiece("m", "{}"), Code::kModelLoading, "SentencePiece");
  EXPECT_FAILURE(ParseSentencePiece("m", piece("\xff", 0, 1)), Code::kModelLoading,
                 "SentencePiece");
  EXPECT_FAILURE(ParseSentencePiece("m", piece("a", 0, 1) + field(2, number(3, 4))),
                 Code::kUnsupportedModel, "words or characters");

  const TemporaryFolder folder;
  PlanVocabulary plan;
  plan.tokenizer_model = folder.Path("tokenizer.model");
  REQUIRE(WriteBytes(plan.tokenizer_model, file));
  const auto built = BuildVocabulary(plan);
  REQUIRE(built.ok());
  CHECK_EQ(Get<std::string>(built.value(), "tokenizer.ggml.model"), "llama");
  CHECK(Get<bool>(built.value(), "tokenizer.ggml.add_bos_token"));
}

}  // namespace abstractllm::test
