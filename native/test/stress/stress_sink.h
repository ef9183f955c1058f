// The receiving end of a stress run: who is under way, and every rule that events broke.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "event.h"
#include "stress/stress_calls.h"

namespace abstractllm::test {

// Thread: any.
class StressSink final : public EventSink {
 public:
  void Post(Event&& event) override;

  // Before its call is submitted. Blocks while `most` jobs are under way.
  void Expect(JobId job, const StressCall& call, size_t most);
  // It may end as aborted, too.
  void Cancelled(JobId job);
  void WaitForAll();
  // What a known call gave when nothing else ran.
  void SetKnown(int index, std::string text);
  std::string TextOf(JobId job);
  // A job that is under way, or 0: some, chosen by `number`.
  JobId AnyJob(uint64_t number);

  std::vector<std::string> faults();
  std::map<std::string, int> ends();

 private:
  struct Live {
    Code expected = Code::kOk;
    int known = -1;
    bool cancelled = false;
    std::string text;
  };
  void End(JobId job, Live& live, Code code, const std::string& message);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<JobId, Live> live_;
  std::map<int, std::string> known_;
  std::string last_text_;
  JobId last_job_ = 0;
  std::vector<std::string> faults_;
  std::map<std::string, int> ends_;
};

}  // namespace abstractllm::test
