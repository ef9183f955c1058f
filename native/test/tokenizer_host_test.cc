// What becomes of calls of a tokenizer without a model.
#include "tokenizer/tokenizer_host.h"

#include <fstream>
#include <new>
#include <optional>
#include <string>

#include "check.h"
#include "failing_new.h"
#include "gguf_builder.h"
#include "recording_sink.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;

constexpr char kTokenizer[] =
    R"({"added_tokens":[],"normalizer":{"type":"NFC"},)"
    R"("pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},)"
    R"("decoder":{"type":"ByteLevel"},)"
    R"("model":{"type":"BPE","vocab":{"a":0,"b":1,"\u0120":2,"ab":3},"merges":["a b"]}})";

// Lets an allocation of the tokenizer's thread fail, counted from the end of a job.
class ShortSink final : public EventSink {
 public:
  void Post(Event&& event) override {
    const JobId job = event.job;
    if (failing_.has_value()) failed_ = failing_->failed();
    failing_.reset();
    recording.Post(std::move(event));
    if (job == last_before_) failing_.emplace(allocation_);
  }
  // Before the job is submitted, and when no other is under way.
  void FailAfter(JobId job, int64_t allocation) {
    last_before_ = job;
    allocation_ = allocation;
    failed_ = false;
  }
  // Whether it came to that. After the end of the next job.
  bool failed() const { return failed_; }

  RecordingSink recording;

 private:
  JobId last_before_ = 0;
  int64_t allocation_ = 0;
  bool failed_ = false;
  std::optional<FailingNew> failing_;
};

struct Running {
  Running() : host(sink) {
    std::ofstream(folder.Path("tokenizer.json")) << kTokenizer;
    TokenizerFiles files;
    files.path = folder.Path("tokenizer.json");
    host.Load(kLoad, files);
    loaded = CodeOf(sink.recording.WaitForEnd(kLoad)) == Code::kOk;
  }
  ~Running() {
    host.Close(kClose);
    sink.recording.WaitForEnd(kClose);
    host.Join();
  }

  std::vector<int32_t> Encode(JobId job, const std::vector<std::string>& texts) {
    host.Encode(job, {texts, false, false, true});
    const Event end = sink.recording.WaitForEnd(job);
    if (CodeOf(end) != Code::kOk) return {};
    return std::get<EncodedTexts>(std::get<DoneEvent>(end.what).result).ids;
  }

  TemporaryFolder folder;
  ShortSink sink;
  TokenizerHost host;
  bool loaded = false;
};

}  // namespace

TEST("tokenizer_host: each call ends once, wherever memory runs out") {
  Running running;
  REQUIRE(running.loaded);
  // Of a length that is worth a second thread.
  const std::vector<std::string> texts(2, std::string(size_t{70} << 10, 'b'));
  const std::vector<int32_t> expected(size_t{140} << 10, 1);
  JobId job = 10;
  int failures = 0;
  bool failed = true;
  for (int64_t allocation = 0; failed; allocation += 1 + allocation / 16, job += 10) {
    running.sink.FailAfter(job, allocation);
    CHECK(running.Encode(job, {"ab"}) == std::vector<int32_t>{3});
    const std::vector<int32_t> ids = running.Encode(job + 1, texts);
    failed = running.sink.failed();
    const Code code = CodeOf(running.sink.recording.WaitForEnd(job + 1));
    CHECK(code == Code::kOk ? ids == expected : failed && code == Code::kResource);
    if (code != Code::kOk) ++failures;
    CHECK(running.Encode(job + 2, texts) == expected);
    CHECK_EQ(running.sink.recording.EndsOf(job + 1), 1);
  }
  CHECK(failures > 5);
}

TEST("tokenizer_host: a closed tokenizer refuses calls, and says once that it is closed") {
  RecordingSink sink;
  TokenizerHost host(sink);
  host.Encode(1, {{"a"}, false, false, false});
  CHECK(CodeOf(sink.WaitForEnd(1)) == Code::kInvalidRequest);
  host.Close(kClose);
  CHECK(CodeOf(sink.WaitForEnd(kClose)) == Code::kOk);
  host.Decode(2, {{0}, true});
  CHECK(CodeOf(sink.WaitForEnd(2)) == Code::kInvalidRequest);
  CHECK_EQ(sink.EndsOf(kClose), 1);
}
