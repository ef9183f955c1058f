#include "check.h"
#include "speculation/prompt_lookup.h"
#include "speculation/speculator.h"

using namespace abstractllm;

namespace {

std::vector<int32_t> Lookup(std::vector<int32_t> tokens, int32_t most) {
  Sequence sequence;
  sequence.tokens = std::move(tokens);
  return PromptLookup().Draft(sequence, most);
}

}  // namespace

TEST("speculation: lookup gives what followed the same tokens before") {
  CHECK(Lookup({1, 2, 3, 4, 5, 1, 2, 3}, 8) == std::vector<int32_t>({4, 5, 1, 2, 3}));
  CHECK(Lookup({1, 2, 3, 4, 5, 1, 2, 3}, 2) == std::vector<int32_t>({4, 5}));
}

TEST("speculation: lookup prefers the longer match, and then the newer one") {
  CHECK(Lookup({7, 1, 2, 9, 8, 1, 2, 4, 7, 1, 2}, 1) == std::vector<int32_t>({9}));
  CHECK(Lookup({1, 2, 9, 6, 1, 2, 4, 6, 8, 1, 2}, 1) == std::vector<int32_t>({4}));
}

TEST("speculation: lookup has no idea where nothing repeats, or one token only") {
  CHECK(Lookup({1, 2, 3, 4}, 4).empty());
  CHECK(Lookup({1, 2, 3, 1}, 4).empty());
  CHECK(Lookup({1}, 4).empty());
  CHECK(Lookup({}, 4).empty());
}

TEST("speculation: lookup follows a repetition that reaches its own end") {
  CHECK(Lookup({5, 5, 5, 5, 5, 5}, 3) == std::vector<int32_t>({5}));
}

TEST("speculation: guesses are made only where they pay") {
  StepTimes cheap;  // more tokens per call cost next to nothing
  StepTimes dear;   // each costs as much as a call
  for (int i = 0; i < 50; ++i) {
    cheap.Record(1, 0, 10);
    cheap.Record(0, 100, 20);
    dear.Record(1, 0, 10);
    dear.Record(0, 100, 1000);
  }
  CHECK_EQ(BestDraftLength(0.9, 1, 8, 0, cheap), 8);
  CHECK_EQ(BestDraftLength(0.9, 1, 8, 0, dear), 0);
  CHECK_EQ(BestDraftLength(0.01, 1, 8, 5, cheap), 0);
  CHECK(BestDraftLength(0.5, 1, 8, 0.5, cheap) < BestDraftLength(0.9, 1, 8, 0.5, cheap));
}

TEST("speculation: acceptance is learned, from guesses that were tried only") {
  Sequence sequence;
  for (int i = 0; i < 60; ++i) Speculator::Learn(&sequence, 4, 4);
  CHECK(sequence.acceptance > 0.95);
  for (int i = 0; i < 60; ++i) Speculator::Learn(&sequence, 4, 0);
  CHECK(sequence.acceptance < 0.05);
  const double before = sequence.acceptance;
  Speculator::Learn(&sequence, 0, 0);
  CHECK_EQ(sequence.acceptance, before);
}
