#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "check.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

std::vector<float> RandomLogits(int32_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  std::vector<float> logits(static_cast<size_t>(count));
  for (float& logit : logits) logit = normal(random);
  return logits;
}

int32_t IndexOfLargest(const std::vector<float>& logits) {
  return static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

std::vector<int32_t> Draw(const LoadedModel& model, const SamplingParams& params, int count,
                          const std::vector<int32_t>& prompt = {}) {
  auto sampler = Sampler::Create(model.model.get(), params, prompt, nullptr);
  std::vector<int32_t> drawn;
  if (!sampler.ok()) return drawn;
  for (int i = 0; i < count; ++i) {
    std::vector<float> logits = RandomLogits(model.info.vocabulary_size, 7);
    auto token = sampler.value()->Sample(logits.data());
    drawn.push_back(token.ok() ? token.value() : -1);
  }
  return drawn;
}

}  // namespace

TEST("sampler: SelectTopK finds what sorting finds, for any size and k") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const int32_t count = 1 + static_cast<int32_t>(random() % 1000);
    const int32_t k = 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(count));
    std::vector<float> logits = RandomLogits(count, static_cast<uint32_t>(random()));
    // Ties and infinities, as logit_bias makes them.
    for (int i = 0; i < 20; ++i) logits[random() % logits.size()] = 1.5f;
    for (int i = 0; i < 5; ++i) logits[random() % logits.size()] = -INFINITY;
    std::vector<llama_token_data> selected;
    SelectTopK(logits.data(), count, k, &selected);
    CHECK_EQ(selected.size(), static_cast<size_t>(k));
    std::vector<float> got;
    for (const llama_token_data& candidate : selected) {
      CHECK_EQ(candidate.logit, logits[static_cast<size_t>(candidate.id)]);
      got.push_back(candidate.logit);
    }
    std::vector<float> expected = logits;
    std::sort(expected.begin(), expected.end(), std::greater<>());
    std::sort(got.begin(), got.end(), std::greater<>());
    CHECK(std::equal(got.begin(), got.end(), expected.begin()));
  }
}

TEST("sampler: temperature 0 and top_k 1 both take the largest logit") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const int32_t largest = IndexOfLargest(RandomLogits(model->info.vocabulary_size, 7));
  CHECK_EQ(Draw(*model, GreedyParams(), 1)[0], largest);
  SamplingParams params = GreedyParams();
  params.temperature = 2.0f;
  params.top_k = 1;
  CHECK_EQ(Draw(*model, params, 1)[0], largest);
}

TEST("sampler: the seed decides the draws") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  SamplingParams params = GreedyParams();
  params.temperature = 1.0f;
  params.top_k = 40;
  const auto first = Draw(*model, params, 50);
  CHECK(first == Draw(*model, params, 50));
  params.seed = 2;
  CHECK(first != Draw(*model, params, 50));
  // The engine's mark for "random".
  params.seed = 0xFFFFFFFF;
  CHECK(Draw(*model, params, 50) == Draw(*model, params, 50));
}

TEST("sampler: drawing from top_k candidates equals drawing through the whole vocabulary") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  SamplingParams params = GreedyParams();
  params.temperature = 1.0f;
  params.top_k = 40;
  params.top_p = 0.9f;
  const auto fast = Draw(*model, params, 50);
  // A dry penalty too weak to change anything takes the path over all candidates.
  params.dry_multiplier = 1e-12f;
  params.dry_allowed_length = 1000;
  params.dry_penalty_last_n = 4;
  CHECK(fast == Draw(*model, params, 50));
}

TEST("sampler: a bias of minus infinity forbids a token, a large one forces it") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  SamplingParams params = GreedyParams();
  const int32_t largest = IndexOfLargest(RandomLogits(model->info.vocabulary_size, 7));
  params.logit_bias = {{largest, -INFINITY}};
  CHECK(Draw(*model, params, 1)[0] != largest);
  params.logit_bias = {{5, 1000.0f}};
  CHECK_EQ(Draw(*model, params, 1)[0], 5);
}

TEST("sampler: a bias for a token outside the vocabulary is an error") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  for (const int32_t token : {-1, model->info.vocabulary_size}) {
    SamplingParams params = GreedyParams();
    params.logit_bias = {{token, 1.0f}};
    auto sampler = Sampler::Create(model->model.get(), params, {}, nullptr);
    REQUIRE(!sampler.ok());
    CHECK(sampler.status().code == Code::kInvalidParameter);
  }
}

TEST("sampler: no token left, and NaN, are errors for every kind of sampling") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  for (int kind = 0; kind < 6; ++kind) {
    SamplingParams params = GreedyParams();
    params.temperature = kind == 0 ? 0.0f : 1.0f;
    params.top_k = kind == 1 ? 40 : 0;
    if (kind == 2) params.mirostat = 2;
    if (kind == 3) params.top_p = 0.9f;
    if (kind == 4) params.dry_multiplier = 1.0f, params.dry_penalty_last_n = 8;
    if (kind == 5) params.grammar = "root ::= \"a\"";
    for (const float value : {-INFINITY, NAN}) {
      auto sampler = Sampler::Create(model->model.get(), params, {}, nullptr);
      REQUIRE(sampler.ok());
      std::vector<float> logits(static_cast<size_t>(model->info.vocabulary_size), value);
      auto token = sampler.value()->Sample(logits.data());
      CHECK(!token.ok());
      if (!token.ok()) CHECK(token.status().code == Code::kGeneration);
    }
  }
}

TEST("sampler: the smallest temperatures and the largest biases stay finite") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const int32_t largest = IndexOfLargest(RandomLogits(model->info.vocabulary_size, 7));
  for (const float temperature : {1e-5f, 1e-7f, 1e-38f}) {
    for (const int32_t top_k : {0, 40}) {
      SamplingParams params = GreedyParams();
      params.temperature = temperature;
      params.top_k = top_k;
      CHECK_EQ(Draw(*model, params, 1)[0], largest);
      params.logit_bias = {{5, 3e38f}, {largest, -3e38f}};
      CHECK_EQ(Draw(*model, params, 1)[0], 5);
    }
  }
}

TEST("sampler: penalties count the prompt, within their window") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const int32_t largest = IndexOfLargest(RandomLogits(model->info.vocabulary_size, 7));
  SamplingParams params = GreedyParams();
  params.presence_penalty = 100.0f;
  params.penalty_last_n = 2;
  CHECK(Draw(*model, params, 1, {largest})[0] != largest);
  CHECK_EQ(Draw(*model, params, 1, {largest, 1, 2})[0], largest);
  // It also counts what was drawn: the same row gives two other tokens first.
  const auto drawn = Draw(*model, params, 4);
  CHECK_EQ(drawn[0], largest);
  CHECK(drawn[1] != largest && drawn[2] != largest && drawn[2] != drawn[1]);
  CHECK_EQ(drawn[3], largest);
}

TEST("sampler: grammars that do not parse are errors that name the grammar") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const std::string deep =
      "root ::= " + std::string(100000, '(') + "\"a\"" + std::string(100000, ')');
  for (const std::string& grammar :
       {std::string("start ::= \"a\""), std::string("root ::= missing"),
        std::string("root ::= \"a"), std::string("root ::= \"a\"{1,2001}"),
        std::string("root ::= \"a\"{1,1000000000000}"),
        "root ::= \"" + std::string(30000, 'a') + "\"{2000}", std::string("root ::= root \"a\""),
        std::string("\xff\xfe"), deep, std::string((1 << 20) + 1, ' ')}) {
    SamplingParams params = GreedyParams();
    params.grammar = grammar;
    auto sampler = Sampler::Create(model->model.get(), params, {}, nullptr);
    CHECK_EQ(sampler.ok() ? grammar.substr(0, 40) : "", "");
    if (sampler.ok()) continue;
    CHECK(sampler.status().code == Code::kInvalidParameter);
    CHECK(sampler.status().message.find("grammar") != std::string::npos);
  }
}

TEST("sampler: a grammar constrains every draw and then asks for the end") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  SamplingParams params = GreedyParams();
  params.temperature = 1.0f;
  params.top_k = 40;
  params.grammar = "root ::= [ab] [ab] [ab]";
  auto sampler = Sampler::Create(model->model.get(), params, {}, nullptr);
  REQUIRE(sampler.ok());
  std::string text;
  for (int i = 0; i < 4; ++i) {
    std::vector<float> logits =
        RandomLogits(model->info.vocabulary_size, 100 + static_cast<uint32_t>(i));
    auto token = sampler.value()->Sample(logits.data());
    REQUIRE(token.ok());
    if (model->tokenizer->IsEndOfGeneration(token.value())) break;
    model->tokenizer->AppendPiece(token.value(), &text);
  }
  CHECK_EQ(text.size(), 3u);
  CHECK(text.find_first_not_of("ab") == std::string::npos);
}

TEST("sampler: every method of choosing runs and repeats with its seed") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  for (int kind = 0; kind < 7; ++kind) {
    SamplingParams params = GreedyParams();
    params.temperature = 1.2f;
    if (kind == 0) params.min_p = 0.1f;
    if (kind == 1) params.typical_p = 0.5f;
    if (kind == 2) params.mirostat = 1;
    if (kind == 3) params.mirostat = 2;
    if (kind == 4) params.xtc_probability = 0.9f, params.xtc_threshold = 0.1f;
    if (kind == 5) {
      params.dry_multiplier = 1.0f, params.dry_allowed_length = 1, params.dry_penalty_last_n = 64;
      params.dry_sequence_breakers = {"\n", ""};
    }
    if (kind == 6) params.frequency_penalty = 0.5f, params.penalty_last_n = 8;
    const auto drawn = Draw(*model, params, 30);
    CHECK(std::find(drawn.begin(), drawn.end(), -1) == drawn.end());
    CHECK(drawn == Draw(*model, params, 30));
  }
}
