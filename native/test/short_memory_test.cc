// What becomes of calls when memory runs out, wherever it does: each ends once, and the next ones
// are right.
#include <atomic>
#include <new>
#include <optional>
#include <string>

#include "backend.h"
#include "check.h"
#include "decoder.h"
#include "decoder_bench.h"
#include "embedding/pooled_prepare.h"
#include "embedding/pooled_runner.h"
#include "embedding_fixture.h"
#include "engine.h"
#include "failing_new.h"
#include "fake_media.h"
#include "media/media_cache.h"
#include "recording_sink.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;
constexpr char kPicture[] = "one|two";

// The allocations to fail in turn: the first ones each, then fewer and fewer of them.
int64_t Next(int64_t allocation) { return allocation + 1 + allocation / 16; }

class Bench : public DecoderBench {
 public:
  Bench() : decoder(Limits(), memory(), engine_batch(), nullptr, KeepText(), KeepEnd()) {}

  void Submit(JobId job, const GenerateRequest& request) {
    for (SequencePtr& sequence : Prepare(job, request)) decoder.Add(std::move(sequence));
  }
  void RunToEnd() {
    while (!decoder.idle()) decoder.Step();
  }

  Decoder decoder;
};

// Lets an allocation of the inference thread fail, counted from the first text of a job; or has
// no memory itself. Thread: as the engine's, but for what a test does between jobs.
class ShortSink final : public EventSink {
 public:
  void Post(Event&& event) override {
    if (posts_left_-- == 0) throw std::bad_alloc();
    const bool watched = event.job == watched_;
    const bool text = std::holds_alternative<TextEvent>(event.what);
    if (watched && text && !planted_) {
      planted_ = true;
      failing_.emplace(allocation_);
    }
    if (watched && !text && !std::holds_alternative<ProgressEvent>(event.what)) {
      failed_ = failing_.has_value() && failing_->failed();
      failing_.reset();
    }
    recording.Post(std::move(event));
  }
  // Before the job is submitted, and when no other is under way.
  void Watch(JobId job, int64_t allocation) {
    watched_ = job;
    allocation_ = allocation;
    planted_ = failed_ = false;
  }
  // Has no memory for the event that follows so many others.
  void RefuseAfter(int64_t posts) { posts_left_ = posts; }
  bool refused() const { return posts_left_ < 0; }
  // Whether it came to that. After the job's end.
  bool failed() const { return failed_; }

  RecordingSink recording;

 private:
  std::atomic<int64_t> posts_left_{INT64_MAX};
  JobId watched_ = 0;
  int64_t allocation_ = 0;
  bool planted_ = false;
  bool failed_ = false;
  std::optional<FailingNew> failing_;
};

// An engine whose model takes pictures, and closed at the end.
struct Sighted {
  Sighted() : engine(sink) {
    InitBackend("");
    LoadRequest request;
    request.path = file.path();
    request.threads = 1;
    request.media = std::make_shared<FakeMediaLoader>();
    engine.Load(kLoad, request);
    loaded = CodeOf(sink.recording.WaitForEnd(kLoad)) == Code::kOk;
  }
  ~Sighted() {
    engine.Close(kClose);
    sink.recording.WaitForEnd(kClose);
    engine.Join();
  }

  TinyModelFile file;
  ShortSink sink;
  Engine engine;
  bool loaded = false;
};

}  // namespace

TEST("short_memory: a decoder that gave up all its calls answers the next ones") {
  const std::string common(40, 'c');
  Bench bench;
  bench.Submit(1, LettersAfter(common + "first", 6));
  bench.RunToEnd();
  const std::string expected = bench.text[{1, 0}];
  bool failed = true;
  int failures = 0;
  for (int64_t allocation = 0; failed; allocation = Next(allocation)) {
    failed = false;
    // They share what they begin with, and part ways there.
    bench.Submit(2, LettersAfter(common + "second", 6));
    bench.Submit(3, LettersAfter(common, 6));
    {
      const FailingNew failing(allocation);
      try {
        bench.RunToEnd();
      } catch (const std::bad_alloc&) {
      }
      failed = failing.failed();
    }
    if (!bench.decoder.idle()) {
      ++failures;
      bench.decoder.FailAll(Status::Error(Code::kResource, "planted"));
      CHECK_EQ(bench.decoder.scheduler().cells_used(), 0);
    }
    CHECK(bench.ends[2].size() <= 1 && bench.ends[3].size() <= 1);
    bench.ends.clear();
    bench.text.clear();
    bench.Submit(4, LettersAfter(common + "first", 6));
    bench.RunToEnd();
    CHECK(bench.CodeOf(4) == Code::kOk);
    CHECK_EQ((bench.text[{4, 0}]), expected);
  }
  CHECK(failures > 10);
}

TEST("short_memory: each call ends once, wherever an engine's memory runs out") {
  Sighted running;
  REQUIRE(running.loaded);
  RecordingSink& sink = running.sink.recording;
  GenerateRequest several = LettersAfter("several", 8);
  several.completions = 3;
  several.media.push_back(PictureOf(kPicture));
  running.engine.Submit(2, LettersAfter("stream", 20));
  sink.WaitForEnd(2);
  const std::string expected = sink.TextOf(2);
  JobId job = 10;
  int failures = 0;
  bool failed = true;
  for (int64_t allocation = 0; failed; allocation = Next(allocation), job += 10) {
    running.sink.Watch(job, allocation);
    running.engine.Submit(job, LettersAfter("stream", 20));
    running.engine.Submit(job + 1, several);
    running.engine.Submit(job + 2, EmbedRequest{{"one", "two"}, Pooling::kModel, true});
    running.engine.Submit(job + 3, LettersAfter("stream of", 20));
    for (JobId each = job; each < job + 4; ++each) {
      if (CodeOf(sink.WaitForEnd(each)) != Code::kOk) ++failures;
    }
    failed = running.sink.failed();
    running.engine.Submit(job + 4, LettersAfter("stream", 20));
    CHECK(CodeOf(sink.WaitForEnd(job + 4)) == Code::kOk);
    CHECK_EQ(sink.TextOf(job + 4), expected);
    for (JobId each = job; each < job + 4; ++each) CHECK_EQ(sink.EndsOf(each), 1);
    CHECK_EQ(running.engine.usage().queue_depth, 0u);
  }
  CHECK(failures > 10);
}

TEST("short_memory: each call ends once, whatever event there is no memory for") {
  Sighted running;
  REQUIRE(running.loaded);
  RecordingSink& sink = running.sink.recording;
  GenerateRequest request = LettersAfter("stream", 10);
  // Whatever the last letter is, it waits for the end.
  for (const char letter : std::string(" abcdefghijklmnopqrstuvwxyz")) {
    request.stop.push_back({letter, '0'});
  }
  bool refused = true;
  JobId job = 10;
  for (int64_t posts = 0; refused; ++posts, job += 10) {
    running.sink.RefuseAfter(posts);
    running.engine.Submit(job, request);
    const Code code = CodeOf(sink.WaitForEnd(job));
    refused = running.sink.refused();
    running.sink.RefuseAfter(INT64_MAX);
    CHECK(code == Code::kOk || (refused && code == Code::kResource));
    running.engine.Submit(job + 1, request);
    CHECK(CodeOf(sink.WaitForEnd(job + 1)) == Code::kOk);
    CHECK_EQ(sink.EndsOf(job), 1);
    CHECK_EQ(running.engine.usage().queue_depth, 0u);
  }
  CHECK(job > 50);
}

TEST("short_memory: texts that were given up leave nothing behind for the next ones") {
  InitBackend("");
  TemporaryFolder folder;
  Classifier(1).Write(folder.Path("model.gguf"));
  LoadRequest load;
  load.path = folder.Path("model.gguf");
  load.threads = 1;
  const auto loaded = LoadModel(load, [](uint64_t, uint64_t) { return true; });
  REQUIRE(loaded.ok());
  const LoadedModel& model = *loaded.value();
  std::vector<float> scores;
  PooledRunner runner(
      model, [](const Event&) {},
      [&](const Event& event) {
        if (CodeOf(event) == Code::kOk) scores = ResultOf<RerankResult>(event).scores;
      },
      [] { return false; });
  const auto rerank = [&](const std::vector<std::string>& documents) {
    Job job;
    job.request = RerankRequest{"hello", documents};
    job.cancel = std::make_shared<CancelToken>();
    runner.Add(std::move(PreparePooled(model, job)->value()));
  };
  const auto run = [&] {
    while (!runner.idle()) runner.Step(std::nullopt);
  };
  rerank({"cat"});
  run();
  const std::vector<float> expected = scores;
  bool failed = true;
  for (int64_t allocation = 0; failed; allocation = Next(allocation)) {
    rerank(kTexts);
    {
      const FailingNew failing(allocation);
      try {
        run();
      } catch (const std::bad_alloc&) {
      }
      failed = failing.failed();
    }
    runner.FailAll(Status::Error(Code::kResource, "planted"));
    rerank({"cat"});
    run();
    CHECK(LargestDifference(scores, expected) < kTolerance);
  }
}

TEST("short_memory: a cache of pictures that could not keep one keeps the next") {
  MediaCache cache(1000);
  for (int64_t allocation = 0; allocation < 4; ++allocation) {
    auto item = std::make_shared<MediaItem>();
    item->key[0] = static_cast<uint8_t>(allocation);
    item->tiles.resize(1);
    item->tiles[0].embeddings = std::make_shared<const std::vector<float>>(200);
    {
      const FailingNew failing(allocation);
      try {
        cache.Keep(item);
      } catch (const std::bad_alloc&) {
      }
    }
    cache.Keep(item);
    CHECK_EQ(cache.bytes(), 800u);
    CHECK(cache.Find(item->key) == item);
  }
}
