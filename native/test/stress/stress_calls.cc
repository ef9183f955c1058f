#include "stress/stress_calls.h"

#include <utility>

#include "tiny_model.h"

namespace abstractllm::test {
namespace {

const char* const kWords[] = {"river", "stone", "lamp", "seven", "under",
                              "cold",  "paper", "moon", "grass", "early"};
constexpr int32_t kWordCount = 10;

// Of known calls: six openings, so that most share one with others.
std::string Opening(int index) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += std::string(kWords[(index + i * 3) % kWordCount]) + " ";
  return text;
}

}  // namespace

StressCall StressCalls::Known(int index) const {
  GenerateRequest request =
      LettersAfter(Opening(index % 6) + kWords[index % kWordCount], 4 + index % 29);
  if (index % 3 == 0) request.prompt_lookup = 4;
  return {std::move(request), Code::kOk, index};
}

StressCall StressCalls::Next() {
  const int32_t kind = random_.Below(100);
  if (kind < 40) return Known(random_.Below(kKnown));
  if (kind < 62) return Sampled();
  if (kind < 72) {
    ScoreRequest request;
    request.text = Words(random_.Between(1, 20));
    return {std::move(request), Code::kOk, -1};
  }
  if (kind < 80) return {TokenizeRequest{Words(random_.Between(1, 200)), true, false}};
  if (kind < 84) return {DetokenizeRequest{{random_.Below(200), random_.Below(200)}, true}};
  if (kind < 92) {
    EmbedRequest request;
    for (int32_t i = random_.Between(1, 8); i > 0; --i) {
      request.texts.push_back(Words(random_.Between(1, 12)));
    }
    return {std::move(request)};
  }
  return Bad();
}

StressCall StressCalls::Sampled() {
  GenerateRequest request = LettersAfter(Words(random_.Between(1, 25)), random_.Between(1, 40));
  request.sampling.temperature = 1.0f;
  request.sampling.seed = static_cast<uint32_t>(random_.Next());
  request.completions = random_.Between(1, 3);
  request.priority = random_.Between(-100, 100);
  if (random_.Chance(0.3)) request.logprobs = random_.Below(4);
  if (random_.Chance(0.3)) request.stop = {"e", "ab"};
  if (random_.Chance(0.3)) request.sampling.grammar.clear();
  if (random_.Chance(0.2)) {
    request.prompt = Words(400);
    request.truncation = random_.Chance(0.5) ? Truncation::kLeft : Truncation::kRolling;
  }
  return {std::move(request)};
}

StressCall StressCalls::Bad() {
  switch (random_.Below(4)) {
    case 0: {
      GenerateRequest request = LettersAfter(Words(400), 4);
      return {std::move(request), Code::kContextWindowExceeded};
    }
    case 1: {
      GenerateRequest request = LettersAfter("word", 4);
      request.sampling.grammar = "root ::= (";
      return {std::move(request), Code::kInvalidParameter};
    }
    case 2: {
      ScoreRequest request;
      request.tokens = {1, 1 << 30};
      return {std::move(request), Code::kInvalidParameter};
    }
    default: {
      RerankRequest request;
      request.query = "word";
      request.documents = {"other"};
      return {std::move(request), Code::kUnsupportedFeature};
    }
  }
}

std::string StressCalls::Words(int32_t count) {
  std::string text;
  for (int32_t i = 0; i < count; ++i) text += std::string(kWords[random_.Below(kWordCount)]) + " ";
  return text;
}

}  // namespace abstractllm::test
