// The decoder over a real, tiny model: what is shared, what fails alone, what comes back.
#include "decoder.h"

#include <set>

#include "check.h"
#include "decoder_bench.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Fails, or finds no cells, whenever a job of its list takes part.
class FaultyBatch final : public BatchRunner {
 public:
  explicit FaultyBatch(BatchRunner& batch) : batch_(batch) {}

  RunOutcome Run(const StepEntry* entries, size_t count, std::string* reason) override {
    ++calls;
    for (size_t i = 0; i < count; ++i) {
      tokens += entries[i].tokens();
      const JobId job = entries[i].sequence->job;
      if (failing.count(job) > 0) {
        *reason = "planted";
        return RunOutcome::kFailed;
      }
      if (no_cells_left > 0) {
        --no_cells_left;
        return RunOutcome::kNoCells;
      }
    }
    return batch_.Run(entries, count, reason);
  }
  float* Row(int32_t output) override { return batch_.Row(output); }

  std::set<JobId> failing;
  int no_cells_left = 0;
  int calls = 0;
  int tokens = 0;

 private:
  BatchRunner& batch_;
};

class Bench : public DecoderBench {
 public:
  explicit Bench(const SchedulerLimits& limits = Limits())
      : batch(engine_batch()), decoder(limits, memory(), batch, nullptr, KeepText(), KeepEnd()) {}

  CancelTokenPtr Submit(JobId id, GenerateRequest request) {
    std::vector<SequencePtr> sequences = Prepare(id, std::move(request));
    CHECK(!sequences.empty());
    CancelTokenPtr cancel;
    for (SequencePtr& sequence : sequences) {
      cancel = sequence->cancel;
      decoder.Add(std::move(sequence));
    }
    return cancel;
  }
  void RunToEnd() {
    for (int step = 0; step < 10000 && !decoder.idle(); ++step) decoder.Step();
    CHECK(decoder.idle());
  }
  std::string TextAlone(const std::string& prompt, int32_t max_tokens) {
    constexpr JobId kAlone = 1000000;
    text.erase({kAlone, 0});
    Submit(kAlone, LettersAfter(prompt, max_tokens));
    RunToEnd();
    return text[{kAlone, 0}];
  }

  FaultyBatch batch;
  Decoder decoder;
};

}  // namespace

TEST("decoder: calls at once give the texts that they give alone, in fewer engine calls") {
  Bench bench;
  const std::vector<std::string> prompts = {"one", "a longer prompt of some words", "two", "three"};
  std::vector<std::string> alone;
  for (const std::string& prompt : prompts) alone.push_back(bench.TextAlone(prompt, 20));
  Bench together;
  for (size_t i = 0; i < prompts.size(); ++i) {
    together.Submit(i + 1, LettersAfter(prompts[i], 20));
  }
  together.RunToEnd();
  for (size_t i = 0; i < prompts.size(); ++i) CHECK_EQ((together.text[{i + 1, 0}]), alone[i]);
  CHECK(together.batch.calls < 40);
}

TEST("decoder: a common beginning is computed once") {
  const std::string system(100, 's');
  Bench cold;
  cold.Submit(1, LettersAfter(system + "first", 1));
  cold.RunToEnd();
  const int single = cold.batch.tokens;
  Bench bench;
  for (JobId job = 1; job <= 6; ++job) {
    bench.Submit(job, LettersAfter(system + std::to_string(job), 1));
  }
  bench.RunToEnd();
  CHECK(bench.batch.tokens < single + 6 * 10);
  for (JobId job = 2; job <= 6; ++job) CHECK(bench.ResultOf(job).cached_tokens >= 100);
}

TEST("decoder: the next turn of a conversation processes only what is new") {
  Bench bench;
  bench.Submit(1, LettersAfter("a question", 10));
  bench.RunToEnd();
  const std::string conversation = "a question" + bench.text[{1, 0}] + "and another";
  Bench fresh;
  const std::string expected = fresh.TextAlone(conversation, 10);
  bench.Submit(2, LettersAfter(conversation, 10));
  bench.RunToEnd();
  CHECK_EQ((bench.text[{2, 0}]), expected);
  const GenerateResult& second = bench.ResultOf(2);
  CHECK(second.cached_tokens >= bench.ResultOf(1).prompt_tokens + 8);
  CHECK(second.cached_tokens < second.prompt_tokens);
}

TEST("decoder: a call that the engine fails on fails alone") {
  Bench bench;
  const std::string alone = bench.TextAlone("two", 10);
  bench.batch.failing = {1, 3};
  for (JobId job = 1; job <= 4; ++job) bench.Submit(job, LettersAfter("two", 10));
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kGeneration);
  CHECK(bench.CodeOf(3) == Code::kGeneration);
  CHECK_EQ((bench.text[{2, 0}]), alone);
  CHECK_EQ((bench.text[{4, 0}]), alone);
}

TEST("decoder: a call of many completions that fails, fails once and takes nobody along") {
  Bench bench;
  const std::string alone = bench.TextAlone("two", 10);
  GenerateRequest request = LettersAfter("one", 10);
  request.completions = 3;
  bench.Submit(1, std::move(request));
  bench.Submit(2, LettersAfter("two", 10));
  for (int i = 0; i < 3; ++i) bench.decoder.Step();
  bench.batch.failing = {1};
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kGeneration);
  CHECK_EQ((bench.text[{2, 0}]), alone);
}

TEST("decoder: no cells where they were counted free makes room and goes on") {
  Bench bench;
  const std::string alone = bench.TextAlone("two", 10);
  bench.Submit(1, LettersAfter("two", 10));
  bench.Submit(2, LettersAfter("three", 10));
  bench.batch.no_cells_left = 2;
  bench.RunToEnd();
  CHECK_EQ((bench.text[{1, 0}]), alone);
  CHECK(bench.CodeOf(2) == Code::kOk);
}

TEST("decoder: a single call without cells fails instead of waiting forever") {
  Bench bench;
  bench.Submit(1, LettersAfter("two", 10));
  bench.batch.no_cells_left = 1000;
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kResource);
}

TEST("decoder: conversations that do not fit together take turns, and end as they do alone") {
  std::vector<std::string> prompts;
  for (int i = 0; i < 6; ++i) prompts.push_back(std::string(60, static_cast<char>('a' + i)));
  std::vector<std::string> alone;
  for (const std::string& prompt : prompts) {
    Bench bench;
    alone.push_back(bench.TextAlone(prompt, 60));
  }
  SchedulerLimits tight = Bench::Limits();
  tight.cells = 200;  // six times 120 do not fit
  Bench bench(tight);
  for (size_t i = 0; i < prompts.size(); ++i) bench.Submit(i + 1, LettersAfter(prompts[i], 60));
  bench.RunToEnd();
  for (size_t i = 0; i < prompts.size(); ++i) CHECK_EQ((bench.text[{i + 1, 0}]), alone[i]);
}

TEST("decoder: the completions of one call share its prompt and end together") {
  Bench bench;
  GenerateRequest request = LettersAfter(std::string(80, 'p'), 12);
  request.completions = 4;
  bench.Submit(1, std::move(request));
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kOk);
  CHECK_EQ(bench.ResultOf(1).completions.size(), 4u);
  for (int32_t i = 1; i < 4; ++i) CHECK_EQ((bench.text[{1, i}]), (bench.text[{1, 0}]));
  CHECK(bench.batch.tokens < 2 * 90 + 4 * 12);
}

TEST("decoder: a cancelled call frees its place, and leaves what it computed for others") {
  Bench bench;
  const CancelTokenPtr cancel = bench.Submit(1, LettersAfter(std::string(90, 'c'), 100));
  for (int i = 0; i < 3; ++i) bench.decoder.Step();
  cancel->Cancel();
  bench.Submit(2, LettersAfter(std::string(90, 'c'), 5));
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kAborted);
  CHECK(bench.ResultOf(2).cached_tokens >= 80);
}

TEST("decoder: guesses from the text itself change nothing but the number of calls") {
  Bench bench;
  const std::string prompt = "abcabcabcabcabcabcabcabcabc";
  const std::string alone = bench.TextAlone(prompt, 60);
  Bench guessing;
  GenerateRequest request = LettersAfter(prompt, 60);
  request.prompt_lookup = 6;
  guessing.Submit(1, std::move(request));
  guessing.RunToEnd();
  CHECK_EQ((guessing.text[{1, 0}]), alone);
  const GenerateResult& result = guessing.ResultOf(1);
  CHECK(result.accepted_tokens <= result.drafted_tokens);
  CHECK_EQ(result.completions.front().tokens, 60);
}

TEST("decoder: a full window rolls on when asked to, and the text goes on") {
  Bench bench;
  GenerateRequest request = LettersAfter("hello", 600);  // the window has 256
  request.truncation = Truncation::kRolling;
  bench.Submit(1, std::move(request));
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kOk);
  CHECK_EQ(bench.ResultOf(1).completions.front().tokens, 600);
  // What is left at the end is in the window, but for what was forgotten.
  const int32_t all = bench.ResultOf(1).prompt_tokens + 600;
  CHECK(bench.ResultOf(1).truncated_tokens >= all - 256);
  CHECK(bench.ResultOf(1).truncated_tokens < all - 256 / 4);
}

TEST("decoder: log-probabilities are of the model, and their best is what greedy takes") {
  Bench bench;
  GenerateRequest request = LettersAfter("hello", 5);
  request.sampling.grammar.clear();
  request.logprobs = 3;
  bench.Submit(1, std::move(request));
  bench.RunToEnd();
  for (const TokenLogprob& entry : bench.ResultOf(1).completions.front().logprobs) {
    CHECK_EQ(entry.alternatives.size(), 3u);
    CHECK_EQ(entry.chosen.token, entry.alternatives.front().token);
    CHECK(entry.chosen.logprob <= 0);
    CHECK(entry.alternatives[0].logprob >= entry.alternatives[1].logprob);
  }
}
