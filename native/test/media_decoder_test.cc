// Pictures through a real, tiny model: what they are answered with, what is computed and
// encoded again, and what they do to others.
#include <cmath>

#include "check.h"
#include "decoder.h"
#include "decoder_bench.h"
#include "fake_media.h"
#include "logprob_by_hand.h"
#include "media/encode_queue.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Counts, and looks at what streams have to wait for.
class CountingBatch final : public BatchRunner {
 public:
  explicit CountingBatch(BatchRunner& batch) : batch_(batch) {}
  RunOutcome Run(const StepEntry* entries, size_t count, std::string* reason) override {
    for (size_t i = 0; i < count; ++i) {
      if (RunAt(entries[i].sequence->media, entries[i].first) == nullptr) continue;
      ++runs;
      embeddings += entries[i].count;
    }
    return batch_.Run(entries, count, reason);
  }
  float* Row(int32_t output) override { return batch_.Row(output); }

  int runs = 0;
  int embeddings = 0;

 private:
  BatchRunner& batch_;
};

// With an encode queue before the decoder.
class Bench : public DecoderBench {
 public:
  explicit Bench(const SchedulerLimits& limits = Limits(), bool causal = true,
                 const TinyLlama& shape = {}, int32_t columns = 0)
      : Bench(WithCuts(limits, causal), shape, FakeMediaLoader(causal, columns)) {}

  void Submit(JobId id, GenerateRequest request) {
    for (SequencePtr& sequence : Prepare(id, std::move(request))) queue.Add(std::move(sequence));
  }
  // The same, with the text in its place.
  void SubmitWithoutPictures(JobId id, GenerateRequest request) {
    for (SequencePtr& sequence : Prepare(id, std::move(request))) {
      sequence->tokens = WithoutPictures(*sequence);
      sequence->media.clear();
      decoder.Add(std::move(sequence));
    }
  }
  void RunToEnd() {
    for (int step = 0; step < 10000 && !(decoder.idle() && queue.idle()); ++step) {
      if (!queue.idle()) queue.Step();
      if (!decoder.idle()) decoder.Step();
    }
    CHECK(decoder.idle() && queue.idle());
  }
  // The largest of the log-probabilities of a job's tokens from another result.
  double Difference(JobId job, const GenerateResult& other) {
    const std::vector<TokenLogprob>& mine = ResultOf(job).completions.front().logprobs;
    const std::vector<TokenLogprob>& theirs = other.completions.front().logprobs;
    if (mine.size() != theirs.size()) return 1;
    double most = 0;
    for (size_t i = 0; i < mine.size(); ++i) {
      const double difference = mine[i].chosen.logprob - theirs[i].chosen.logprob;
      most = std::max(most, std::abs(difference));
    }
    return most;
  }
  int encoded() const { return control_->encoded; }

 private:
  Bench(const SchedulerLimits& limits, const TinyLlama& shape, const FakeMediaLoader& loader)
      : DecoderBench(shape, &loader),
        control_(loader.control),
        batch(engine_batch()),
        decoder(limits, memory(), batch, nullptr, KeepText(), KeepEnd()),
        queue(
            *model().media, [this](SequencePtr sequence) { decoder.Add(std::move(sequence)); },
            [](const Event&) {}, KeepEnd(), [] { return false; }) {}

  static SchedulerLimits WithCuts(SchedulerLimits limits, bool cuts) {
    limits.cuts_runs = cuts;
    return limits;
  }

  const std::shared_ptr<EncoderControl> control_;

 public:
  CountingBatch batch;
  Decoder decoder;
  EncodeQueue queue;
};

// Placeholders in `prompt` are the pictures.
GenerateRequest Ask(const std::string& prompt, const std::vector<std::string>& pictures,
                    int32_t max_tokens) {
  GenerateRequest request = LettersAfter(prompt, max_tokens);
  request.parse_special = true;
  request.logprobs = 0;
  for (const std::string& words : pictures) request.media.push_back(PictureOf(words));
  return request;
}

constexpr char kWords[] = "a picture of some twenty or thirty words in all";

}  // namespace

TEST("media_decoder: embeddings are read at their places, in one call or in chunks") {
  const GenerateRequest request =
      Ask("look <image> and <image> here", {kWords, "another one|with two parts"}, 30);
  Bench oracle;
  oracle.SubmitWithoutPictures(1, request);
  oracle.RunToEnd();
  const std::string expected = oracle.text[{1, 0}];
  for (const int32_t batch_tokens : {128, 8, 3}) {
    SchedulerLimits limits = Bench::Limits();
    limits.batch_tokens = batch_tokens;
    limits.active = 2;
    limits.batch_outputs = 2;
    Bench bench(limits);
    bench.Submit(1, request);
    bench.RunToEnd();
    CHECK_EQ((bench.text[{1, 0}]), expected);
    CHECK(bench.Difference(1, oracle.ResultOf(1)) < 1e-4);
    CHECK_EQ(bench.encoded(), 3);
    CHECK_EQ(bench.ResultOf(1).media_tokens, bench.batch.embeddings);
    CHECK_EQ(bench.ResultOf(1).prompt_tokens, oracle.ResultOf(1).prompt_tokens);
    CHECK(bench.ResultOf(1).encode_ms >= 0);
  }
}

TEST("media_decoder: without a placeholder pictures come before the text") {
  Bench bench;
  bench.Submit(1, Ask("what?", {"words"}, 20));
  Bench placed;
  placed.Submit(1, Ask("<image>what?", {"words"}, 20));
  bench.RunToEnd();
  placed.RunToEnd();
  CHECK_EQ((bench.text[{1, 0}]), (placed.text[{1, 0}]));
}

TEST("media_decoder: the next turn neither encodes nor computes the picture again") {
  Bench bench;
  bench.Submit(1, Ask("look <image> well", {kWords}, 10));
  bench.RunToEnd();
  const std::string answer = bench.text[{1, 0}];
  const int embeddings = bench.batch.embeddings;
  const GenerateRequest next = Ask("look <image> well" + answer + "and?", {kWords}, 10);
  bench.Submit(2, next);
  bench.RunToEnd();
  CHECK_EQ(bench.encoded(), 1);
  CHECK_EQ(bench.batch.embeddings, embeddings);
  CHECK(bench.ResultOf(2).cached_tokens >= bench.ResultOf(1).prompt_tokens);
  CHECK_EQ(bench.ResultOf(2).media_tokens, embeddings);
  Bench fresh;
  fresh.Submit(2, next);
  fresh.RunToEnd();
  CHECK_EQ((bench.text[{2, 0}]), (fresh.text[{2, 0}]));
  CHECK(bench.Difference(2, fresh.ResultOf(2)) < 1e-4);
  // Another picture of the same size is another prompt.
  bench.Submit(3, Ask("look <image> well", {std::string(kWords).replace(2, 1, "q")}, 10));
  bench.RunToEnd();
  CHECK_EQ(bench.encoded(), 2);
  CHECK(bench.batch.embeddings > embeddings);
}

TEST("media_decoder: calls with pictures and without give what they give alone") {
  const std::vector<GenerateRequest> requests = {
      Ask("one", {}, 25), Ask("look <image> and see", {kWords}, 25), Ask("two more", {}, 25),
      Ask("<image> <image> again", {"cat", kWords}, 25)};
  std::vector<std::string> alone;
  for (size_t i = 0; i < requests.size(); ++i) {
    Bench bench;
    bench.Submit(i, requests[i]);
    bench.RunToEnd();
    alone.push_back(bench.text[{i, 0}]);
  }
  for (const int32_t cells : {256, 140}) {
    SchedulerLimits limits = Bench::Limits();
    limits.cells = cells;
    Bench bench(limits);
    for (size_t i = 0; i < requests.size(); ++i) bench.Submit(i, requests[i]);
    bench.RunToEnd();
    for (size_t i = 0; i < requests.size(); ++i) CHECK_EQ((bench.text[{i, 0}]), alone[i]);
  }
}

TEST("media_decoder: pictures that see themselves as a whole are read in one call") {
  const GenerateRequest request = Ask("look <image> and see", {kWords}, 25);
  Bench causal;
  causal.Submit(1, request);
  causal.RunToEnd();
  Bench alone(Bench::Limits(), /*causal=*/false);
  alone.Submit(1, request);
  alone.RunToEnd();
  CHECK_EQ(alone.batch.runs, 1);
  CHECK(alone.Difference(1, causal.ResultOf(1)) > 0);
  // Beside a stream, whose mask stays what it is.
  Bench plain;
  plain.Submit(2, Ask("one", {}, 40));
  plain.RunToEnd();
  Bench bench(Bench::Limits(), /*causal=*/false);
  bench.Submit(2, Ask("one", {}, 40));
  for (int i = 0; i < 4; ++i) bench.decoder.Step();
  bench.Submit(1, request);
  bench.RunToEnd();
  CHECK_EQ((bench.text[{1, 0}]), (alone.text[{1, 0}]));
  CHECK_EQ((bench.text[{2, 0}]), (plain.text[{2, 0}]));
  CHECK_EQ(bench.batch.runs, 1);
}

TEST("media_decoder: completions share a picture") {
  Bench bench;
  GenerateRequest request = Ask("look <image> and see", {kWords}, 10);
  request.completions = 3;
  bench.Submit(1, std::move(request));
  bench.RunToEnd();
  CHECK_EQ(bench.encoded(), 1);
  CHECK_EQ(bench.batch.embeddings, bench.ResultOf(1).media_tokens);
  for (int32_t i = 1; i < 3; ++i) CHECK_EQ((bench.text[{1, i}]), (bench.text[{1, 0}]));
}

TEST("media_decoder: guesses do not trip over pictures") {
  GenerateRequest request = Ask("abcabc <image> abcabcabc", {"abcabcabcabc"}, 40);
  Bench bench;
  bench.Submit(1, request);
  bench.RunToEnd();
  Bench guessing;
  request.prompt_lookup = 6;
  guessing.Submit(1, request);
  guessing.RunToEnd();
  CHECK_EQ((guessing.text[{1, 0}]), (bench.text[{1, 0}]));
}

TEST("media_decoder: a full window rolls on without the picture") {
  Bench bench;
  GenerateRequest request = Ask("look <image> and see", {kWords}, 600);  // the window has 256
  request.truncation = Truncation::kRolling;
  bench.Submit(1, std::move(request));
  bench.RunToEnd();
  CHECK(bench.CodeOf(1) == Code::kOk);
  CHECK_EQ(bench.ResultOf(1).completions.front().tokens, 600);
}

TEST("media_decoder: a prompt that is too long loses whole pictures, or is refused") {
  Bench bench;
  std::string words;
  for (int i = 0; i < 100; ++i) words += " q" + std::to_string(i);
  const std::string text(100, 'x');
  GenerateRequest request = Ask("<image>" + text, {words}, 10);
  bench.Submit(1, request);
  CHECK(bench.refused.code == Code::kContextWindowExceeded);
  request.truncation = Truncation::kLeft;
  bench.Submit(2, request);
  bench.RunToEnd();
  CHECK(bench.CodeOf(2) == Code::kOk);
  CHECK_EQ(bench.ResultOf(2).media_tokens, 0);
  CHECK(bench.ResultOf(2).truncated_tokens >= 100);
  CHECK_EQ(bench.encoded(), 0);
}

TEST("media_decoder: what cannot be prepared says why, and which file it is") {
  Bench bench;
  bench.Submit(1, Ask("<image><image> x", {"fine", "!"}, 5));
  CHECK(bench.refused.code == Code::kMedia);
  REQUIRE(!bench.refused.details.empty());
  CHECK_EQ(bench.refused.details.back().first, "file");
  CHECK_EQ(std::get<int64_t>(bench.refused.details.back().second), 1);
  bench.Submit(2, Ask("<image>", {"fine"}, 5));
  // The layout ends with a bracket, which is text.
  bench.RunToEnd();
  CHECK(bench.CodeOf(2) == Code::kOk);
  GenerateRequest sound = Ask("listen", {"fine"}, 5);
  sound.media.front().kind = MediaKind::kAudio;
  bench.Submit(3, sound);
  CHECK(bench.refused.code == Code::kUnsupportedFeature);
  CHECK(bench.refused.message.find("pictures") != std::string::npos);
  Bench whole(Bench::Limits(), /*causal=*/false);
  std::string words;
  for (int i = 0; i < 600; ++i) words += " q" + std::to_string(i);
  GenerateRequest large = Ask("<image> x", {words}, 5);
  large.truncation = Truncation::kLeft;
  whole.Submit(4, large);
  CHECK(whole.refused.code == Code::kUnsupportedFeature);
}

TEST("media_decoder: grids lie in the positions as the engine's own tools lay them") {
  TinyLlama shape;
  shape.architecture = "qwen2vl";
  const GenerateRequest request =
      Ask("look <image> and <image> here", {std::string(24, 'a'), std::string(30, '7')}, 10);
  Bench oracle(Bench::Limits(), true, shape, /*columns=*/3);
  const std::vector<SequencePtr> sequences = oracle.Prepare(1, request);
  REQUIRE(sequences.size() == 1u);
  REQUIRE(sequences[0]->media.size() == 2u);
  CHECK(sequences[0]->media[0].grid() && sequences[0]->media[1].grid());
  std::string expected;
  for (const int32_t batch_tokens : {128, 4}) {
    SchedulerLimits limits = Bench::Limits();
    limits.batch_tokens = batch_tokens;
    limits.active = 2;
    limits.batch_outputs = 2;
    Bench bench(limits, true, shape, /*columns=*/3);
    bench.Submit(1, request);
    bench.RunToEnd();
    REQUIRE(bench.CodeOf(1) == Code::kOk);
    const TokenChoice& first = bench.ResultOf(1).completions[0].logprobs[0].chosen;
    CHECK(std::abs(first.logprob - LogprobByHand(oracle.model(), *sequences[0], first.token)) <
          1e-4);
    // The next turn finds all of it at its positions, and goes on behind them.
    const GenerateResult before = bench.ResultOf(1);
    bench.Submit(2, request);
    bench.RunToEnd();
    CHECK_EQ(bench.ResultOf(2).cached_tokens, bench.ResultOf(2).prompt_tokens - 1);
    CHECK(bench.Difference(2, before) < 1e-4);
    if (expected.empty()) expected = bench.text[{1, 0}];
    CHECK_EQ((bench.text[{1, 0}]), expected);
  }
}

TEST("media_decoder: calls with grids that do not fit together end as they do alone") {
  TinyLlama shape;
  shape.architecture = "qwen2vl";
  std::vector<std::string> alone;
  std::vector<GenerateRequest> requests;
  for (int i = 0; i < 5; ++i) {
    requests.push_back(Ask("look <image> and see " + std::to_string(i % 2),
                           {std::string(30, static_cast<char>('a' + i % 3))}, 30));
    Bench bench(Bench::Limits(), true, shape, /*columns=*/2);
    bench.Submit(1, requests.back());
    bench.RunToEnd();
    alone.push_back(bench.text[{1, 0}]);
  }
  SchedulerLimits tight = Bench::Limits();
  tight.cells = 150;
  tight.batch_tokens = 16;
  Bench bench(tight, true, shape, /*columns=*/2);
  for (size_t i = 0; i < requests.size(); ++i) bench.Submit(i, requests[i]);
  bench.RunToEnd();
  for (size_t i = 0; i < requests.size(); ++i) CHECK_EQ((bench.text[{i, 0}]), alone[i]);
}
