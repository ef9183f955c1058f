#include "text_worker.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <new>

#include "check.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Opened once; whoever passes before that waits.
class Gate {
 public:
  void Open() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// Says that it has begun, waits to be let go, and gives one token.
class SlowTokenizer final : public Tokenizer {
 public:
  SlowTokenizer(Gate& begun, Gate& go) : begun_(begun), go_(go) {}
  Result<std::vector<int32_t>> Encode(std::string_view text, EncodeOptions) const override {
    if (text == "memory") throw std::bad_alloc();
    begun_.Open();
    go_.Pass();
    return std::vector<int32_t>{1};
  }
  Result<std::string> Decode(const std::vector<int32_t>&, bool) const override {
    return std::string();
  }
  void AppendPiece(int32_t, std::string*) const override {}
  bool IsEndOfGeneration(int32_t) const override { return false; }
  int32_t vocabulary_size() const override { return 2; }
  size_t max_token_bytes() const override { return 0; }
  const std::vector<std::string>& special_texts() const override { return none_; }

 private:
  Gate& begun_;
  Gate& go_;
  std::vector<std::string> none_;
};

// Remembers how jobs ended.
class Ends final : public JobRouter {
 public:
  void Admit(std::vector<SequencePtr>) override {}
  void AdmitPooled(PooledJobPtr) override {}
  void Settle(Event event) override {
    const auto* failed = std::get_if<FailedEvent>(&event.what);
    std::lock_guard<std::mutex> lock(mutex_);
    codes_[event.job] = failed == nullptr ? Code::kOk : failed->status.code;
    changed_.notify_all();
  }
  Code Wait(JobId job) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return codes_.count(job) != 0; });
    return codes_[job];
  }
  bool Has(JobId job) {
    std::lock_guard<std::mutex> lock(mutex_);
    return codes_.count(job) != 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<JobId, Code> codes_;
};

struct Fixture {
  Gate begun;
  Gate go;
  Ends ends;
  LoadedModel model;
  TextWorker worker;

  Fixture() : worker(model, ends, LogLevel::kNone, [](LogLevel, const std::string&) {}) {
    model.tokenizer = std::make_unique<SlowTokenizer>(begun, go);
    CHECK(worker.Start());
  }
  CancelTokenPtr Submit(JobId id, const std::string& text) {
    auto cancel = std::make_shared<CancelToken>();
    worker.Submit({id, TokenizeRequest{text, false, false}, cancel, Clock::now()});
    return cancel;
  }
};

}  // namespace

TEST("text_worker: a job that is cancelled while it is worked on ends as aborted") {
  Fixture fixture;
  const CancelTokenPtr cancel = fixture.Submit(1, "text");
  fixture.begun.Pass();
  cancel->Cancel();
  fixture.go.Open();
  CHECK(fixture.ends.Wait(1) == Code::kAborted);
}

TEST("text_worker: cancelled jobs leave the queue before their turn, the others stay") {
  Fixture fixture;
  fixture.Submit(1, "text");
  const CancelTokenPtr second = fixture.Submit(2, "text");
  fixture.Submit(3, "text");
  const CancelTokenPtr fourth = fixture.Submit(4, "text");
  fixture.begun.Pass();
  second->Cancel();
  fourth->Cancel();
  fixture.worker.DropCancelled();
  CHECK(fixture.ends.Has(2) && fixture.ends.Wait(2) == Code::kAborted);
  CHECK(fixture.ends.Has(4) && fixture.ends.Wait(4) == Code::kAborted);
  CHECK(!fixture.ends.Has(1) && !fixture.ends.Has(3));
  fixture.go.Open();
  CHECK(fixture.ends.Wait(1) == Code::kOk);
  CHECK(fixture.ends.Wait(3) == Code::kOk);
}

TEST("text_worker: stopping ends what waits, and lets the running job end") {
  Fixture fixture;
  fixture.Submit(1, "text");
  fixture.begun.Pass();
  fixture.Submit(2, "text");
  fixture.go.Open();
  fixture.worker.Stop();
  CHECK(fixture.ends.Has(1));
  CHECK(fixture.ends.Has(2));
  fixture.Submit(3, "text");
  CHECK(fixture.ends.Wait(3) == Code::kAborted);
}

TEST("text_worker: a lack of memory ends one job, not the process") {
  Fixture fixture;
  fixture.go.Open();
  fixture.Submit(1, "memory");
  CHECK(fixture.ends.Wait(1) == Code::kResource);
  fixture.Submit(2, "text");
  CHECK(fixture.ends.Wait(2) == Code::kOk);
}

TEST("text_worker: pictures wait while too many are not encoded, and others pass them") {
  Fixture fixture;
  fixture.go.Open();
  fixture.model.media = std::make_unique<MediaSupport>();
  fixture.model.media->pixels = PixelMemory(/*most=*/4);
  fixture.model.pooled.encoder_only = true;  // whoever is prepared is refused
  auto held = fixture.model.media->pixels.Hold({2, 1, {0, 0}});
  GenerateRequest request;
  request.media.emplace_back();
  fixture.worker.Submit({1, request, std::make_shared<CancelToken>(), Clock::now()});
  fixture.Submit(2, "text");
  CHECK(fixture.ends.Wait(2) == Code::kOk);
  CHECK(!fixture.ends.Has(1));
  held.reset();
  fixture.worker.NotifyRoom();
  CHECK(fixture.ends.Wait(1) == Code::kUnsupportedFeature);
}
