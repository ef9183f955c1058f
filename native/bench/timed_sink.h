// An EventSink that notes when things happened.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "event.h"

namespace abstractllm::bench {

struct Timeline {
  // One per text event, which is one token unless a character takes several.
  std::vector<Clock::time_point> texts;
  bool over = false;
  Clock::time_point end;
  Event last;  // done or failed; valid when over
};

// Thread: any.
class TimedSink final : public EventSink {
 public:
  void Post(Event&& event) override;

  // Block until it has happened or the job is over, and return the timeline so far.
  Timeline WaitForEnd(JobId job);
  Timeline WaitForTexts(JobId job, size_t count);
  // Blocks until `time` or the job's end, whichever is first.
  void WaitUntil(JobId job, Clock::time_point time);

 private:
  template <typename Predicate>
  Timeline Wait(JobId job, Predicate happened);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<JobId, Timeline> timelines_;
};

inline double Milliseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

}  // namespace abstractllm::bench
