// Jobs: many at once, beside streams, cancelled, failed.
#include <algorithm>
#include <cmath>
#include <thread>

#include "backend.h"
#include "check.h"
#include "embedding/pooled_prepare.h"
#include "embedding/pooled_runner.h"
#include "embedding_fixture.h"
#include "tiny_bert.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;

}  // namespace

TEST("embedding_jobs: jobs together, of several kinds, give what they give alone") {
  Running running(Classifier(1));
  REQUIRE(running.loaded);
  const std::vector<std::string> texts = ManyTexts(60, 30);
  const EmbedRequest embed{texts, Pooling::kMean, true};
  const RerankRequest rerank{"hello", texts};
  const auto vectors = ResultOf<EmbedResult>(running.Run(embed)).values;
  const auto scores = ResultOf<RerankResult>(running.Run(rerank)).scores;
  for (JobId job = 100; job < 112; ++job) {
    running.engine.Submit(job, job % 2 == 0 ? Request(embed) : Request(rerank));
  }
  for (JobId job = 100; job < 112; ++job) {
    const Event end = running.sink.WaitForEnd(job);
    const auto& got =
        job % 2 == 0 ? ResultOf<EmbedResult>(end).values : ResultOf<RerankResult>(end).scores;
    CHECK(LargestDifference(got, job % 2 == 0 ? vectors : scores) < kFusedTolerance);
    CHECK_EQ(running.sink.EndsOf(job), 1);
    CHECK(running.sink.ProgressEventsOf(job) > 1);
  }
}

TEST("embedding_jobs: streams and texts on one model do not disturb each other") {
  Running running(LongLlama());
  REQUIRE(running.loaded);
  const std::vector<std::string> texts = ManyTexts(40, 30);
  const Vectors alone = Embed(running, texts);
  running.Run(LettersAfter("hello", 200));
  const std::string story = running.sink.TextOf(running.last_job);
  running.engine.Submit(100, LettersAfter("hello", 200));
  running.sink.WaitForText(100);
  running.engine.Submit(101, EmbedRequest{texts, Pooling::kModel, true});
  const Vectors beside = Split(ResultOf<EmbedResult>(running.sink.WaitForEnd(101)));
  running.sink.WaitForEnd(100);
  CHECK_EQ(running.sink.TextOf(100), story);
  REQUIRE(beside.size() == alone.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    CHECK(LargestDifference(beside[i], alone[i]) < kTolerance);
  }
}

TEST(
    "embedding_jobs: with a limit of no time, a call takes few tokens, and the vectors are the "
    "same") {
  TinyModelFile file;
  const std::unique_ptr<LoadedModel> model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const auto run = [&](std::optional<Clock::duration> limit, uint64_t* largest_step) {
    std::vector<float> values;
    uint64_t done = 0;
    PooledRunner runner(
        *model,
        [&](const Event& event) {
          const uint64_t now = std::get<ProgressEvent>(event.what).done;
          *largest_step = std::max(*largest_step, now - done);
          done = now;
        },
        [&](const Event& event) { values = ResultOf<EmbedResult>(event).values; },
        [] { return false; });
    Job job;
    job.request = EmbedRequest{ManyTexts(12, 30), Pooling::kMean, true};
    job.cancel = std::make_shared<CancelToken>();
    runner.Add(std::move(PreparePooled(*model, job)->value()));
    while (!runner.idle()) runner.Step(limit);
    return values;
  };
  uint64_t unlimited_step = 0;
  uint64_t limited_step = 0;
  const auto unlimited = run(std::nullopt, &unlimited_step);
  const auto limited = run(Clock::duration::zero(), &limited_step);
  CHECK(unlimited_step > 64);
  CHECK(limited_step <= 8);
  CHECK(LargestDifference(limited, unlimited) < kTolerance);
}

TEST("embedding_jobs: what the contexts take shows in the account of memory") {
  Running running(BuildTinyLlama());
  REQUIRE(running.loaded);
  const Usage before = running.engine.usage();
  Embed(running, kTexts);
  // Settled before the account is written: the next job's end is after that.
  Embed(running, kTexts);
  const Usage after = running.engine.usage();
  REQUIRE(before.memory.size() == 1 && after.memory.size() == 1);
  CHECK(after.memory[0].kv_cache_bytes > before.memory[0].kv_cache_bytes);
  CHECK(after.memory[0].compute_bytes > before.memory[0].compute_bytes);
  CHECK_EQ(after.memory[0].weights_bytes, before.memory[0].weights_bytes);
}

TEST(
    "embedding_jobs: a cancelled job ends as aborted, and its neighbours and followers are right") {
  TinyBert model;
  model.context_length = 512;
  Running running(BuildTinyBert(model));
  REQUIRE(running.loaded);
  const Vectors expected = Embed(running, kTexts);
  for (int round = 0; round < 20; ++round) {
    const JobId job = 100 + static_cast<JobId>(round) * 3;
    running.engine.Submit(job, EmbedRequest{ManyTexts(400, 60), Pooling::kNone, true});
    running.engine.Submit(job + 1, EmbedRequest{kTexts, Pooling::kModel, true});
    for (int i = 0; i < round * 50; ++i) std::this_thread::yield();
    running.engine.Cancel(job);
    const Code code = CodeOf(running.sink.WaitForEnd(job));
    CHECK(code == Code::kAborted || code == Code::kOk);
    const Vectors got = Split(ResultOf<EmbedResult>(running.sink.WaitForEnd(job + 1)));
    REQUIRE(got.size() == expected.size());
    for (size_t i = 0; i < got.size(); ++i) {
      CHECK(LargestDifference(got[i], expected[i]) < kFusedTolerance);
    }
  }
  CHECK_EQ(running.engine.usage().queue_depth, 0u);
}

TEST("embedding_jobs: closing settles what runs and waits") {
  InitBackend("");
  TemporaryFolder folder;
  BuildTinyBert().Write(folder.Path("model.gguf"));
  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request;
  request.path = folder.Path("model.gguf");
  request.threads = 1;
  engine.Load(kLoad, request);
  sink.WaitForEnd(kLoad);
  for (JobId job = 10; job < 30; ++job) {
    engine.Submit(job, EmbedRequest{ManyTexts(300, 40), Pooling::kModel, true});
  }
  sink.WaitForEnd(10);
  engine.Close(kClose);
  sink.WaitForEnd(kClose);
  for (JobId job = 10; job < 30; ++job) CHECK_EQ(sink.EndsOf(job), 1);
  engine.Join();
}

TEST("embedding_jobs: broken weights fail the call and nothing else") {
  GgufBuilder file = BuildTinyBert();
  // The vector of one word becomes NaN.
  std::string& data = file.tensor("token_embd.weight").data;
  const float nan = std::nanf("");
  data.replace(5 * 32 * sizeof(float), sizeof nan, reinterpret_cast<const char*>(&nan), sizeof nan);
  Running running(file);
  REQUIRE(running.loaded);
  running.engine.Submit(100, EmbedRequest{{"cat", "hello"}, Pooling::kModel, true});
  running.engine.Submit(101, EmbedRequest{{"dog"}, Pooling::kModel, true});
  CHECK(CodeOf(running.sink.WaitForEnd(100)) == Code::kGeneration);
  running.sink.WaitForEnd(101);
  CHECK(CodeOf(running.Run(EmbedRequest{{"dog"}, Pooling::kModel, true})) == Code::kOk);
}
