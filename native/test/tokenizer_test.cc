#include "check.h"
#include "llama_tokenizer.h"
#include "thread.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

std::string Repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

// The engine's patterns need the stack that the text thread has.
template <typename Body>
void OnTextStack(Body body) {
  Thread thread;
  CHECK(thread.Start("test-text", kTokenizerStackBytes, body));
  thread.Join();
}

}  // namespace

TEST("tokenizer: ordinary text is one piece, long runs are cut between characters") {
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

TEST("tokenizer: text survives encoding and decoding") {
  for (const auto vocabulary :
       {TinyLlama::Vocabulary::kBytePair, TinyLlama::Vocabulary::kSentencePiece}) {
    TinyLlama shape;
    shape.vocabulary = vocabulary;
    TinyModelFile file(shape);
    auto model = LoadTiny(file);
    REQUIRE(model != nullptr);
    for (const std::string text : {"Hello, world!", "a\nb\tc", "\xF0\x9F\x98\x80 \xC3\xA9",
                                   "  two spaces", "<s> </s> <|endoftext|>"}) {
      auto tokens = model->tokenizer->Encode(text, {false, false});
      REQUIRE(tokens.ok());
      auto decoded = model->tokenizer->Decode(tokens.value(), true);
      REQUIRE(decoded.ok());
      // SentencePiece prefixes a space.
      const std::string got = decoded.value();
      CHECK(got == text || got == " " + text);
    }
  }
}

TEST("tokenizer: long runs end neither the process nor in a wrong text, for every pattern") {
  // Each of these overflows a stack of 1 MiB with 20,000 characters in llama.cpp.
  for (const char* pre : {"default", "gpt-4o", "tekken", "llama4", "deepseek-v3", "deepseek-llm",
                          "falcon", "bloom", "whitespace", "viking", "jais-2", "minimax-m2"}) {
    TinyLlama shape;
    shape.pre = pre;
    TinyModelFile file(shape);
    auto model = LoadTiny(file);
    REQUIRE(model != nullptr);
    OnTextStack([&] {
      for (const char* unit : {"a", "1", ".", " ", "\n", "\xE4\xBD\xA0", "A", "\xCC\x81"}) {
        const std::string text = Repeat(unit, 100000);
        auto tokens = model->tokenizer->Encode(text, {false, false});
        CHECK(tokens.ok());
        if (!tokens.ok()) continue;
        auto decoded = model->tokenizer->Decode(tokens.value(), true);
        CHECK(decoded.ok());
        // The pattern "whitespace" looks words up as they are, not byte by byte: of
        // what this small vocabulary lacks, nothing comes back.
        if (!decoded.ok() || decoded.value() == text || shape.pre == "whitespace") continue;
        CHECK_EQ(shape.pre + " " + unit, "a text that survives");
      }
    });
  }
}

TEST("tokenizer: ids outside the vocabulary are errors") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  for (const int32_t token : {-1, model->info.vocabulary_size, INT32_MAX}) {
    auto text = model->tokenizer->Decode({0, token}, true);
    REQUIRE(!text.ok());
    CHECK(text.status().code == Code::kInvalidParameter);
  }
}
