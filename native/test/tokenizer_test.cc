#include <algorithm>

#include "check.h"
#include "llama.h"
#include "llama_tokenizer.h"
#include "repeat.h"
#include "thread.h"
#include "tiny_model.h"

#if defined(__SANITIZE_THREAD__)
#define ABSTRACTLLM_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ABSTRACTLLM_TSAN
#endif
#endif

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// The engine's patterns need the stack that the text thread has.
template <typename Body>
void OnTextStack(Body body) {
  Thread thread;
  CHECK(thread.Start("test-text", kTokenizerStackBytes, body));
  thread.Join();
}

}  // namespace

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

// Each pattern takes 100,000 steps into std::regex's recursion, with frames that TSan
// makes several times larger: they fit no stack that it gives, and no other thread is
// involved.
#if !defined(ABSTRACTLLM_TSAN)
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
#endif

TEST("tokenizer: a long text has the same tokens in pieces, for every pattern") {
  // Sentences with all that patterns look at, and places for cuts between.
  const std::string sentence =
      "It's  a 'quoted' word,then 1234567 more;\n\n  indented\tcode(x)=y...  "
      "\xE4\xBD\xA0\xE5\xA5\xBD "
      "\xC3\xA9t\xC3\xA9 end\r\nI'LL go\nhome WE'VE been\nthere </s> at last <s>and\n";
  const std::string text = Repeat(sentence, 3 * kPieceBytes / sentence.size());
  for (const char* pre : {"default",
                          "deepseek-llm",
                          "deepseek-coder",
                          "deepseek-v3",
                          "spark2_5",
                          "youtu",
                          "falcon",
                          "smollm",
                          "gpt-2",
                          "jais-2",
                          "qwen2",
                          "qwen35",
                          "llama-bpe",
                          "bloom",
                          "glm4",
                          "viking",
                          "tekken",
                          "gpt-4o",
                          "granite-embed-multi-97m",
                          "tiny_aya",
                          "bailingmoe",
                          "seed-coder",
                          "hunyuan-dense",
                          "ufakzeka",
                          "grok-2",
                          "afmoe",
                          "laguna",
                          "minicpm5",
                          "minimax-m2",
                          "gemma4",
                          "sarvam-moe",
                          "exaone-moe",
                          "superbpe",
                          "sentence piece"}) {
    TinyLlama shape;
    shape.pre = pre;
    if (shape.pre == "sentence piece") {
      shape.vocabulary = TinyLlama::Vocabulary::kSentencePiece;
    }
    TinyModelFile file(shape);
    auto model = LoadTiny(file);
    REQUIRE(model != nullptr);
    OnTextStack([&] {
      const llama_vocab* vocab = llama_model_get_vocab(model->model.get());
      std::vector<int32_t> whole(2 * text.size());
      const int32_t count = llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()),
                                           whole.data(), static_cast<int32_t>(whole.size()),
                                           /*add_special=*/true, /*parse_special=*/true);
      whole.resize(static_cast<size_t>(std::max(count, 0)));
      auto tokens = model->tokenizer->Encode(text, {true, true});
      if (tokens.ok() && tokens.value() == whole) return;
      CHECK_EQ(shape.pre, "the tokens of the whole text");
    });
  }
}

TEST("tokenizer: a long text stops when it is cancelled, before the first piece too") {
  for (const auto vocabulary :
       {TinyLlama::Vocabulary::kBytePair, TinyLlama::Vocabulary::kSentencePiece}) {
    TinyLlama shape;
    shape.vocabulary = vocabulary;
    TinyModelFile file(shape);
    auto model = LoadTiny(file);
    REQUIRE(model != nullptr);
    CancelToken cancel;
    const std::string text = Repeat("word ", kPieceBytes);
    CHECK(model->tokenizer->Encode(text, {true, false, &cancel}).ok());
    cancel.Cancel();
    auto tokens = model->tokenizer->Encode(text, {true, false, &cancel});
    REQUIRE(!tokens.ok());
    CHECK(tokens.status().code == Code::kAborted);
  }
}

TEST("tokenizer: no tokens are an empty text") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  for (const bool skip_special : {true, false}) {
    auto text = model->tokenizer->Decode({}, skip_special);
    REQUIRE(text.ok());
    CHECK_EQ(text.value(), "");
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
    CHECK(text.status().message.find("index 1") != std::string::npos);
  }
}
