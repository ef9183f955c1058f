#include "engine.h"

#include <random>
#include <thread>

#include "backend.h"
#include "check.h"
#include "recording_sink.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;

LoadRequest Load(const std::string& path) {
  InitBackend("");
  LoadRequest request;
  request.path = path;
  request.threads = 1;
  return request;
}

// An engine that is loaded, and closed at the end.
struct Running {
  explicit Running(const std::string& path) : engine(sink) {
    engine.Load(kLoad, Load(path));
    loaded = CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk;
  }
  ~Running() {
    engine.Close(kClose);
    sink.WaitForEnd(kClose);
    engine.Join();
  }
  RecordingSink sink;
  Engine engine;
  bool loaded = false;
};

}  // namespace

TEST("engine: loads, reports progress, generates, and settles each job once") {
  TinyModelFile file;
  Running running(file.path());
  REQUIRE(running.loaded);
  CHECK(running.sink.ProgressEventsOf(kLoad) > 0);
  running.engine.Submit(2, LettersAfter("hello", 20));
  const Event end = running.sink.WaitForEnd(2);
  REQUIRE(CodeOf(end) == Code::kOk);
  const auto& result = std::get<GenerateResult>(std::get<DoneEvent>(end.what).result);
  CHECK_EQ(std::string(result.completions[0].finish_reason), "length");
  CHECK_EQ(result.completions[0].tokens, 20);
  CHECK_EQ(running.sink.EndsOf(2), 1);
  CHECK(!running.sink.TextOf(2).empty());
}

TEST("engine: queued jobs answer as they do alone") {
  TinyModelFile file;
  Running running(file.path());
  REQUIRE(running.loaded);
  running.engine.Submit(2, LettersAfter("one", 30));
  running.sink.WaitForEnd(2);
  const std::string alone = running.sink.TextOf(2);
  for (JobId job = 10; job < 20; ++job) running.engine.Submit(job, LettersAfter("one", 30));
  for (JobId job = 10; job < 20; ++job) {
    running.sink.WaitForEnd(job);
    CHECK_EQ(running.sink.TextOf(job), alone);
  }
  CHECK_EQ(running.engine.usage().queue_depth, 0u);
}

TEST("engine: generation stops when the context is full, and longer prompts are refused") {
  TinyModelFile file;  // context of 256
  Running running(file.path());
  REQUIRE(running.loaded);
  running.engine.Submit(2, LettersAfter("hello", 100000));
  const Event end = running.sink.WaitForEnd(2);
  REQUIRE(CodeOf(end) == Code::kOk);
  const auto& result = std::get<GenerateResult>(std::get<DoneEvent>(end.what).result);
  CHECK_EQ(std::string(result.completions[0].finish_reason), "length");
  CHECK_EQ(result.prompt_tokens + result.completions[0].tokens, 256);
  running.engine.Submit(3, LettersAfter(std::string(5000, 'x'), 1));
  CHECK(CodeOf(running.sink.WaitForEnd(3)) == Code::kContextWindowExceeded);
  running.engine.Submit(4, LettersAfter("hello", 5));
  CHECK(CodeOf(running.sink.WaitForEnd(4)) == Code::kOk);
}

TEST("engine: a context smaller than a micro-batch takes a prompt that fills it") {
  // The engine lowers its batch to the context it was asked for, and asserts on more.
  TinyModelFile file;
  for (const uint32_t size : {1u, 7u, 100u, 257u, 511u}) {
    RecordingSink sink;
    Engine engine(sink);
    LoadRequest request = Load(file.path());
    request.context_size = size;
    engine.Load(kLoad, request);
    REQUIRE(CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk);
    ScoreRequest score;
    score.tokens.assign(size, 3);
    engine.Submit(2, score);
    CHECK(CodeOf(sink.WaitForEnd(2)) == Code::kOk);
    score.tokens.push_back(3);
    engine.Submit(3, score);
    CHECK(CodeOf(sink.WaitForEnd(3)) == Code::kContextWindowExceeded);
    engine.Submit(4, LettersAfter(std::string(size > 8 ? size - 8 : 1, 'x'), 1000));
    const Code code = CodeOf(sink.WaitForEnd(4));
    CHECK(code == (size > 1 ? Code::kOk : Code::kContextWindowExceeded));
    engine.Shutdown();
  }
}

TEST("engine: a cancelled job ends as aborted, and the next one is right at once") {
  TinyModelFile file;
  Running running(file.path());
  REQUIRE(running.loaded);
  running.engine.Submit(2, LettersAfter("hello", 10));
  running.sink.WaitForEnd(2);
  running.engine.Submit(3, LettersAfter("hello", 100000));
  running.engine.Submit(4, LettersAfter("hello", 10));
  running.engine.Submit(5, LettersAfter("hello", 10));
  running.engine.Cancel(5);
  running.sink.WaitForText(3);
  running.engine.Cancel(3);
  CHECK(CodeOf(running.sink.WaitForEnd(3)) == Code::kAborted);
  CHECK(CodeOf(running.sink.WaitForEnd(5)) == Code::kAborted);
  running.sink.WaitForEnd(4);
  CHECK_EQ(running.sink.TextOf(4), running.sink.TextOf(2));
  running.engine.Cancel(12345);  // unknown: ignored
}

TEST("engine: score gives one log-probability per token after the first") {
  TinyModelFile file;
  Running running(file.path());
  REQUIRE(running.loaded);
  ScoreRequest request;
  request.text = "hello world";
  running.engine.Submit(2, request);
  const Event end = running.sink.WaitForEnd(2);
  REQUIRE(CodeOf(end) == Code::kOk);
  const auto& result = std::get<ScoreResult>(std::get<DoneEvent>(end.what).result);
  REQUIRE(result.tokens.size() > 1 && result.tokens.size() == result.logprobs.size());
  CHECK(result.logprobs[0] != result.logprobs[0]);  // NaN
  for (size_t i = 1; i < result.logprobs.size(); ++i) CHECK(result.logprobs[i] < 0.0f);

  ScoreRequest single;
  single.tokens = {3};
  running.engine.Submit(3, single);
  CHECK(CodeOf(running.sink.WaitForEnd(3)) == Code::kOk);
  ScoreRequest foreign;
  foreign.tokens = {3, 1 << 30};
  running.engine.Submit(4, foreign);
  CHECK(CodeOf(running.sink.WaitForEnd(4)) == Code::kInvalidParameter);
}

TEST("engine: jobs before loading and after closing fail instead of hanging") {
  RecordingSink sink;
  Engine engine(sink);
  engine.Submit(2, LettersAfter("hello", 1));
  CHECK(CodeOf(sink.WaitForEnd(2)) == Code::kInvalidRequest);
  engine.Close(kClose);
  CHECK(CodeOf(sink.WaitForEnd(kClose)) == Code::kOk);
  engine.Submit(3, LettersAfter("hello", 1));
  CHECK(CodeOf(sink.WaitForEnd(3)) == Code::kInvalidRequest);
  engine.Join();
}

TEST("engine: a model that does not load fails, and the engine still closes") {
  RecordingSink sink;
  Engine engine(sink);
  engine.Load(kLoad, Load("/nowhere/at all.gguf"));
  CHECK(CodeOf(sink.WaitForEnd(kLoad)) == Code::kModelNotFound);
  engine.Close(kClose);
  sink.WaitForEnd(kClose);
  engine.Join();
}

TEST("engine: loading can be cancelled") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  engine.Load(kLoad, Load(file.path()));
  engine.Cancel(kLoad);
  CHECK(CodeOf(sink.WaitForEnd(kLoad)) == Code::kAborted);
  engine.Shutdown();
}

TEST("engine: a context that cannot fit is refused before it is allocated") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request = Load(file.path());
  request.context_size = 4000000000u;
  engine.Load(kLoad, request);
  CHECK(CodeOf(sink.WaitForEnd(kLoad)) == Code::kResource);
  engine.Shutdown();
}

TEST("engine: closing settles everything that runs and waits") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  engine.Load(kLoad, Load(file.path()));
  sink.WaitForEnd(kLoad);
  for (JobId job = 10; job < 30; ++job) engine.Submit(job, LettersAfter("hello", 100000));
  sink.WaitForText(10);
  engine.Close(kClose);
  sink.WaitForEnd(kClose);
  for (JobId job = 10; job < 30; ++job) {
    CHECK_EQ(sink.EndsOf(job), 1);
    CHECK(CodeOf(sink.WaitForEnd(job)) == Code::kAborted);
  }
  engine.Join();
}

TEST("engine: shutdown at any moment joins cleanly") {
  TinyModelFile file;
  for (int moment = 0; moment < 12; ++moment) {
    RecordingSink sink;
    Engine engine(sink);
    engine.Load(kLoad, Load(file.path()));
    if (moment >= 4) sink.WaitForEnd(kLoad);
    if (moment >= 6) engine.Submit(2, LettersAfter("hello", 100000));
    if (moment >= 9) sink.WaitForText(2);
    engine.Shutdown();
    CHECK_EQ(sink.EndsOf(kLoad), 1);
    if (moment >= 6) CHECK_EQ(sink.EndsOf(2), 1);
  }
}

TEST("engine: random submits and cancels from two threads lose and double nothing") {
  TinyModelFile file;
  Running running(file.path());
  REQUIRE(running.loaded);
  constexpr JobId kFirst = 100;
  constexpr JobId kLast = 400;
  std::thread canceller([&] {
    std::mt19937 random(5);
    for (int i = 0; i < 2000; ++i) {
      running.engine.Cancel(kFirst + random() % (kLast - kFirst));
      std::this_thread::yield();
    }
  });
  std::mt19937 random(6);
  for (JobId job = kFirst; job < kLast; ++job) {
    switch (random() % 4) {
      case 0:
        running.engine.Submit(job, TokenizeRequest{"some words", true, false});
        break;
      case 1: {
        ScoreRequest request;
        request.text = "some words";
        running.engine.Submit(job, request);
        break;
      }
      default:
        running.engine.Submit(job,
                              LettersAfter("some words", 1 + static_cast<int32_t>(random() % 10)));
    }
  }
  for (JobId job = kFirst; job < kLast; ++job) {
    const Code code = CodeOf(running.sink.WaitForEnd(job));
    CHECK(code == Code::kOk || code == Code::kAborted);
  }
  canceller.join();
  for (JobId job = kFirst; job < kLast; ++job) CHECK_EQ(running.sink.EndsOf(job), 1);
  CHECK_EQ(running.engine.usage().queue_depth, 0u);
}

TEST("engine: a draft model guesses ahead, and the text stays the same") {
  TinyModelFile file;
  Running plain(file.path());
  REQUIRE(plain.loaded);
  plain.engine.Submit(2, LettersAfter("hello", 60));
  plain.sink.WaitForEnd(2);

  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request = Load(file.path());
  request.draft_path = file.path();
  engine.Load(kLoad, request);
  REQUIRE(CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk);
  engine.Submit(2, LettersAfter("hello", 60));
  const Event end = sink.WaitForEnd(2);
  REQUIRE(CodeOf(end) == Code::kOk);
  CHECK_EQ(sink.TextOf(2), plain.sink.TextOf(2));
  const auto& result = std::get<GenerateResult>(std::get<DoneEvent>(end.what).result);
  // The grammar may forbid what the draft model likes best.
  CHECK(result.drafted_tokens > 0);
  CHECK(result.accepted_tokens <= result.drafted_tokens);

  // The same model, unbound: every guess is right.
  GenerateRequest unbound = LettersAfter("hello", 60);
  unbound.sampling.grammar.clear();
  engine.Submit(3, unbound);
  const Event second = sink.WaitForEnd(3);
  REQUIRE(CodeOf(second) == Code::kOk);
  const auto& exact = std::get<GenerateResult>(std::get<DoneEvent>(second.what).result);
  CHECK_EQ(exact.accepted_tokens, exact.drafted_tokens);
  engine.Shutdown();
}

TEST("engine: a draft model of another vocabulary is refused, by name") {
  TinyModelFile file;
  TinyLlama other;
  other.vocabulary = TinyLlama::Vocabulary::kSentencePiece;
  TinyModelFile draft(other);
  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request = Load(file.path());
  request.draft_path = draft.path();
  engine.Load(kLoad, request);
  const Event end = sink.WaitForEnd(kLoad);
  REQUIRE(CodeOf(end) == Code::kUnsupportedFeature);
  CHECK(std::get<FailedEvent>(end.what).status.message.find("vocabulary") != std::string::npos);
  engine.Shutdown();
}

TEST("engine: more unfinished jobs than max_queue are refused, and later ones served") {
  TinyModelFile file;
  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request = Load(file.path());
  request.max_queue = 3;
  engine.Load(kLoad, request);
  REQUIRE(CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk);
  for (JobId job = 2; job <= 4; ++job) engine.Submit(job, LettersAfter("hello", 100000));
  engine.Submit(5, LettersAfter("hello", 5));
  CHECK(CodeOf(sink.WaitForEnd(5)) == Code::kResource);
  for (JobId job = 2; job <= 4; ++job) engine.Cancel(job);
  for (JobId job = 2; job <= 4; ++job) sink.WaitForEnd(job);
  engine.Submit(6, LettersAfter("hello", 5));
  CHECK(CodeOf(sink.WaitForEnd(6)) == Code::kOk);
  engine.Shutdown();
}

TEST("engine: cache types that the heads cannot take are refused before the engine sees them") {
  TinyModelFile file;
  for (const char* type : {"q8_0", "q4_0", "f16", "bf16", "f32"}) {
    RecordingSink sink;
    Engine engine(sink);
    LoadRequest request = Load(file.path());
    request.cache_type_k = type;
    request.cache_type_v = type;
    engine.Load(kLoad, request);
    const Event end = sink.WaitForEnd(kLoad);
    if (CodeOf(end) == Code::kOk) {
      engine.Submit(2, LettersAfter("hello", 5));
      CHECK(CodeOf(sink.WaitForEnd(2)) == Code::kOk);
    } else {
      CHECK(CodeOf(end) == Code::kUnsupportedFeature);
      CHECK(std::string(type).front() == 'q');
    }
    engine.Shutdown();
  }
}
