// Vectors: pooling, lengths, limits.
#include <cmath>

#include "check.h"
#include "embedding/pooling.h"
#include "embedding_fixture.h"
#include "tiny_bert.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

struct PoolingPair {
  Pooling ours;
  enum llama_pooling_type engines;
};
constexpr PoolingPair kPoolings[] = {
    {Pooling::kNone, LLAMA_POOLING_TYPE_NONE},
    {Pooling::kMean, LLAMA_POOLING_TYPE_MEAN},
    {Pooling::kCls, LLAMA_POOLING_TYPE_CLS},
    {Pooling::kLast, LLAMA_POOLING_TYPE_LAST},
};

void CheckAgainstReference(const GgufBuilder& model) {
  Running running(model);
  REQUIRE(running.loaded);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors vectors = Embed(running, kTexts, pooling.ours, /*normalize=*/false);
    REQUIRE(vectors.size() == kTexts.size());
    for (size_t i = 0; i < kTexts.size(); ++i) {
      const auto expected = Reference(running.path, kTexts[i], pooling.engines);
      CHECK(LargestDifference(vectors[i], expected) < kTolerance);
    }
  }
}

void CheckBatchEqualsAlone(Running& running, const std::vector<std::string>& texts,
                           float tolerance) {
  REQUIRE(running.loaded);
  const Vectors together = Embed(running, texts);
  REQUIRE(together.size() == texts.size());
  for (size_t i = 0; i < texts.size(); i += 7) {
    CHECK(LargestDifference(together[i], Embed(running, {texts[i]})[0]) < tolerance);
  }
}

}  // namespace

TEST("embedding: an encoder's vectors are the engine's own, pooled every way") {
  CheckAgainstReference(BuildTinyBert());
}

TEST("embedding: a decoder's vectors are the engine's own, pooled every way") {
  CheckAgainstReference(BuildTinyLlama());
}

TEST("embedding: without a word about pooling the file decides, or the mean") {
  for (const int32_t stated : {-1, 1, 2, 3}) {
    TinyBert model;
    model.pooling = stated;
    Running running(BuildTinyBert(model));
    REQUIRE(running.loaded);
    const Pooling expected = stated == 2   ? Pooling::kCls
                             : stated == 3 ? Pooling::kLast
                                           : Pooling::kMean;
    CHECK(Embed(running, kTexts) == Embed(running, kTexts, expected));
    CHECK(Embed(running, kTexts) !=
          Embed(running, kTexts, expected == Pooling::kCls ? Pooling::kMean : Pooling::kCls));
  }
}

TEST("embedding: vectors have a length of 1, each row of unpooled ones too") {
  Running running(BuildTinyBert());
  REQUIRE(running.loaded);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors raw = Embed(running, kTexts, pooling.ours, false);
    const Vectors vectors = Embed(running, kTexts, pooling.ours);
    for (size_t i = 0; i < vectors.size(); ++i) {
      for (size_t row = 0; row < vectors[i].size(); row += 32) {
        float dot = 0, length = 0, raw_length = 0;
        for (size_t j = row; j < row + 32; ++j) {
          length += vectors[i][j] * vectors[i][j];
          raw_length += raw[i][j] * raw[i][j];
          dot += vectors[i][j] * raw[i][j];
        }
        CHECK(std::fabs(length - 1.0f) < 1e-4f);
        CHECK(std::fabs(dot - std::sqrt(raw_length)) < 1e-4f);
      }
    }
  }
}

TEST("embedding: a text alone has the vector that it has among many") {
  Running bert(BuildTinyBert());
  CheckBatchEqualsAlone(bert, ManyTexts(150, 40), kFusedTolerance);
  // So few that they are read as one alone would be.
  CheckBatchEqualsAlone(bert, ManyTexts(8, 6), kTolerance);
  Running llama(LongLlama());
  CheckBatchEqualsAlone(llama, ManyTexts(150, 40), kTolerance);
}

TEST("embedding: texts longer than one engine call of a decoder are processed in pieces") {
  Running running(LongLlama());
  REQUIRE(running.loaded);
  std::vector<std::string> texts = ManyTexts(5, 20);
  for (const size_t words : {300u, 200u, 350u}) {
    std::string text;
    for (size_t i = 0; i < words; ++i) text += i % 3 == 0 ? " world" : " the";
    texts.push_back(text);
  }
  CheckBatchEqualsAlone(running, texts, kTolerance);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors vectors = Embed(running, texts, pooling.ours, false);
    const auto expected = Reference(running.path, texts[7], pooling.engines);
    CHECK(LargestDifference(vectors[7], expected) < 1e-4f);
  }
}

TEST("embedding: a text that fills the context window is embedded, one more token is refused") {
  TinyBert model;
  model.context_length = 400;  // more than one engine call takes, and no power of two
  Running running(BuildTinyBert(model));
  REQUIRE(running.loaded);
  std::string text;
  for (int i = 0; i < 398; ++i) text += "cat ";
  EmbedRequest request;
  request.texts = {"a", text, "a"};
  CHECK(CodeOf(running.Run(request)) == Code::kOk);
  request.texts[1] += "cat";
  const Event refused = running.Run(request);
  REQUIRE(CodeOf(refused) == Code::kContextWindowExceeded);
  CHECK_EQ(IndexOf(refused), 1);
}

TEST("embedding: a context window beyond an encoder's positions does not reach past them") {
  Running running(BuildTinyBert(), /*context_size=*/1000);
  REQUIRE(running.loaded);
  std::string text;
  for (int i = 0; i < 63; ++i) text += "cat ";  // 65 tokens, and 64 positions
  EmbedRequest request;
  request.texts = {text};
  CHECK(CodeOf(running.Run(request)) == Code::kContextWindowExceeded);
}

TEST("embedding: no texts give no vectors, and an empty one is what the model puts around it") {
  Running bert(BuildTinyBert());
  REQUIRE(bert.loaded);
  CHECK(Embed(bert, {}).empty());
  CHECK_EQ(Embed(bert, {"", "a"}, Pooling::kNone)[0].size(), 2u * 32u);
  Running llama(BuildTinyLlama());
  REQUIRE(llama.loaded);
  EmbedRequest request;
  request.texts = {"a", ""};
  const Event refused = llama.Run(request);
  REQUIRE(CodeOf(refused) == Code::kInvalidRequest);
  CHECK_EQ(IndexOf(refused), 1);
}

TEST("embedding: what a model cannot do is refused with what it can") {
  Running bert(BuildTinyBert());
  REQUIRE(bert.loaded);
  CHECK(CodeOf(bert.Run(LettersAfter("hello", 5))) == Code::kUnsupportedFeature);
  ScoreRequest score;
  score.text = "hello";
  CHECK(CodeOf(bert.Run(score)) == Code::kUnsupportedFeature);
  CHECK(CodeOf(bert.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(bert.Run(ClassifyRequest{{"a"}})) == Code::kUnsupportedFeature);
  Running llama(BuildTinyLlama());
  REQUIRE(llama.loaded);
  CHECK(CodeOf(llama.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  Running classifier(Classifier(3, {"x", "y", "z"}));
  REQUIRE(classifier.loaded);
  CHECK(CodeOf(classifier.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(classifier.Run(EmbedRequest{{"a"}, Pooling::kModel, true})) ==
        Code::kUnsupportedFeature);
  CHECK_EQ(Embed(classifier, {"a"}, Pooling::kCls)[0].size(), 32u);
}

TEST("embedding: a vector of zeros stays what it is") {
  float zeros[3] = {0, 0, 0};
  Normalize(zeros, 3);
  CHECK(zeros[0] == 0 && zeros[1] == 0 && zeros[2] == 0);
  float logits[2] = {1000.0f, -1000.0f};
  Softmax(logits, 2);
  CHECK(logits[0] == 1 && logits[1] == 0);
  float extreme[2] = {1000.0f, -1000.0f};
  Sigmoid(extreme, 2);
  CHECK(extreme[0] == 1 && extreme[1] == 0);
}
