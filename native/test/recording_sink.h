// An EventSink that keeps everything and lets a test wait for the end of a job.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "event.h"

namespace abstractllm::test {

// Thread: any.
class RecordingSink final : public EventSink {
 public:
  void Post(Event&& event) override;

  // Blocks until the job's last event, and returns it.
  Event WaitForEnd(JobId job);
  // Blocks until the job has posted some text or ended.
  void WaitForText(JobId job);
  std::string TextOf(JobId job);
  // How many last events the job has had: exactly 1 for every job that ended.
  int EndsOf(JobId job);
  int ProgressEventsOf(JobId job);

 private:
  struct Record {
    std::string text;
    int progress = 0;
    std::vector<Event> ends;
  };
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<JobId, Record> records_;
};

// The failure's code, or kOk for a done event.
Code CodeOf(const Event& event);

}  // namespace abstractllm::test
