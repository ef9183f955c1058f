// Pictures through a whole engine: threads, cancellation, and what others notice of them.
#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "engine.h"
#include "fake_media.h"
#include "recording_sink.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;
constexpr char kWords[] = "one|two|three|four|five|six";
constexpr int kTiles = 6;

// An engine whose model takes pictures, and closed at the end.
struct Running {
  explicit Running(uint64_t most_pixels = PixelMemory::kMost) : engine(sink) {
    InitBackend("");
    loader->most_pixels = most_pixels;
    LoadRequest request;
    request.path = file.path();
    request.threads = 1;
    request.media = loader;
    engine.Load(kLoad, request);
    loaded = CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk;
  }
  ~Running() {
    engine.Close(kClose);
    sink.WaitForEnd(kClose);
    engine.Join();
  }
  Event Run(JobId job, GenerateRequest request) {
    engine.Submit(job, std::move(request));
    return sink.WaitForEnd(job);
  }
  EncoderControl& control() { return *loader->control; }
  // Lets no tile be finished: it is at work until it is interrupted.
  void HoldEncoder() {
    control().during = [this](const std::function<bool()>& interrupted) {
      encodes = true;
      while (!interrupted()) std::this_thread::yield();
    };
  }
  void WaitForEncoder() const {
    while (!encodes) std::this_thread::yield();
  }

  TinyModelFile file;
  std::shared_ptr<FakeMediaLoader> loader = std::make_shared<FakeMediaLoader>();
  RecordingSink sink;
  std::atomic<bool> encodes{false};
  Engine engine;
  bool loaded = false;
};

GenerateRequest Look(const std::string& words, int32_t max_tokens) {
  GenerateRequest request = LettersAfter("look", max_tokens);
  request.media.push_back(PictureOf(words));
  return request;
}

const GenerateResult& ResultOf(const Event& event) {
  return std::get<GenerateResult>(std::get<DoneEvent>(event.what).result);
}

}  // namespace

TEST("media_engine: a picture is encoded, answered, counted and kept") {
  Running running;
  REQUIRE(running.loaded);
  const Event loaded = running.sink.WaitForEnd(kLoad);
  const auto& info = std::get<ModelInfo>(std::get<DoneEvent>(loaded.what).result);
  CHECK(info.takes_images);
  CHECK(!info.takes_audio);
  const Event first = running.Run(2, Look(kWords, 10));
  REQUIRE(CodeOf(first) == Code::kOk);
  CHECK(ResultOf(first).media_tokens >= kTiles);
  CHECK_EQ(running.control().encoded.load(), kTiles);
  CHECK(running.engine.usage().media_cache_bytes > 0);
  // Encoding and reading the prompt report progress.
  CHECK(running.sink.ProgressEventsOf(2) > kTiles + 1);
  const Event second = running.Run(3, Look(kWords, 10));
  REQUIRE(CodeOf(second) == Code::kOk);
  CHECK_EQ(running.control().encoded.load(), kTiles);
  CHECK(ResultOf(second).encode_ms == 0);
  CHECK(ResultOf(second).cached_tokens >= ResultOf(first).media_tokens);
  CHECK_EQ(running.sink.TextOf(3), running.sink.TextOf(2));
}

TEST("media_engine: streams go on between tiles") {
  Running running;
  REQUIRE(running.loaded);
  std::vector<size_t> lengths;
  running.control().during = [&](const std::function<bool()>&) {
    lengths.push_back(running.sink.TextOf(2).size());
  };
  running.engine.Submit(2, LettersAfter("stream", 200));
  running.sink.WaitForText(2);
  CHECK(CodeOf(running.Run(3, Look(kWords, 3))) == Code::kOk);
  REQUIRE(lengths.size() == kTiles);
  const Event stream = running.sink.WaitForEnd(2);
  REQUIRE(CodeOf(stream) == Code::kOk);
  const size_t all = running.sink.TextOf(2).size();
  for (size_t i = 1; i < lengths.size(); ++i) {
    CHECK(lengths[i] > lengths[i - 1] || lengths[i] == all);
  }
}

TEST("media_engine: a call is cancelled in the middle of a tile, and the next is right") {
  Running running;
  REQUIRE(running.loaded);
  running.HoldEncoder();
  running.engine.Submit(2, Look(kWords, 10));
  running.WaitForEncoder();
  running.engine.Cancel(2);
  CHECK(CodeOf(running.sink.WaitForEnd(2)) == Code::kAborted);
  CHECK_EQ(running.sink.EndsOf(2), 1);
  running.control().during = nullptr;
  CHECK(CodeOf(running.Run(3, Look(kWords, 10))) == Code::kOk);
  CHECK_EQ(running.engine.usage().queue_depth, 0u);
}

TEST("media_engine: closing stops an encoder at work, and ends what waits") {
  Running running;
  REQUIRE(running.loaded);
  running.HoldEncoder();
  running.engine.Submit(2, Look(kWords, 10));
  running.engine.Submit(3, Look("others", 10));
  running.WaitForEncoder();
  running.engine.Shutdown();
  CHECK(CodeOf(running.sink.WaitForEnd(2)) == Code::kAborted);
  CHECK(CodeOf(running.sink.WaitForEnd(3)) == Code::kAborted);
}

TEST("media_engine: pictures that wait for room are read when a call ends that held it") {
  Running running(/*most_pixels=*/1);
  REQUIRE(running.loaded);
  // The first tile is left out, and not encoded; its pixels stay for as long as the call.
  GenerateRequest request = Look(std::string(300, 'x') + "|two", 40);
  request.truncation = Truncation::kLeft;
  running.engine.Submit(2, request);
  running.sink.WaitForText(2);
  running.engine.Submit(3, Look("three", 5));
  CHECK(CodeOf(running.sink.WaitForEnd(2)) == Code::kOk);
  CHECK(CodeOf(running.sink.WaitForEnd(3)) == Code::kOk);
  CHECK_EQ(running.control().encoded.load(), 2);
}

TEST("media_engine: a tile that fails fails its call only") {
  Running running;
  REQUIRE(running.loaded);
  running.control().failures_left = 1;
  CHECK(CodeOf(running.Run(2, Look(kWords, 5))) == Code::kGeneration);
  CHECK(CodeOf(running.Run(3, Look(kWords, 5))) == Code::kOk);
  CHECK(CodeOf(running.Run(4, Look("!", 5))) == Code::kMedia);
}

TEST("media_engine: a model for text only says so") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  InitBackend("");
  LoadRequest request;
  request.path = file.path();
  request.threads = 1;
  engine.Load(kLoad, request);
  REQUIRE(CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk);
  engine.Submit(2, Look(kWords, 5));
  const Event end = sink.WaitForEnd(2);
  CHECK(CodeOf(end) == Code::kUnsupportedFeature);
  CHECK_EQ(std::get<FailedEvent>(end.what).status.message,
           "The model takes no pictures: it takes text.");
  engine.Shutdown();
}

TEST("media_engine: an encoder for another model is refused") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  InitBackend("");
  LoadRequest request;
  request.path = file.path();
  request.threads = 1;
  auto loader = std::make_shared<FakeMediaLoader>();
  loader->width = 31;
  request.media = loader;
  engine.Load(kLoad, request);
  CHECK(CodeOf(sink.WaitForEnd(kLoad)) == Code::kModelLoading);
  engine.Shutdown();
}

TEST("media_engine: an encoder for another model, if it is optional, costs the pictures only") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  InitBackend("");
  LoadRequest request;
  request.path = file.path();
  request.threads = 1;
  auto loader = std::make_shared<FakeMediaLoader>();
  loader->width = 31;
  request.media = loader;
  request.media_optional = true;
  engine.Load(kLoad, request);
  const Event loaded = sink.WaitForEnd(kLoad);
  REQUIRE(CodeOf(loaded) == Code::kOk);
  const auto& info = std::get<ModelInfo>(std::get<DoneEvent>(loaded.what).result);
  CHECK(!info.takes_images);
  CHECK(info.media_problem.find("31") != std::string::npos);
  engine.Submit(2, LettersAfter("hello", 5));
  CHECK(CodeOf(sink.WaitForEnd(2)) == Code::kOk);
  engine.Submit(3, Look(kWords, 5));
  CHECK(CodeOf(sink.WaitForEnd(3)) == Code::kUnsupportedFeature);
  engine.Shutdown();
}
