#include "timed_sink.h"

#include <utility>

namespace abstractllm::bench {

void TimedSink::Post(Event&& event) {
  const Clock::time_point now = Clock::now();
  std::lock_guard<std::mutex> lock(mutex_);
  Timeline& timeline = timelines_[event.job];
  if (std::holds_alternative<TextEvent>(event.what)) timeline.texts.push_back(now);
  if (std::holds_alternative<DoneEvent>(event.what) ||
      std::holds_alternative<FailedEvent>(event.what)) {
    timeline.over = true;
    timeline.end = now;
    timeline.last = std::move(event);
  }
  changed_.notify_all();
}

Timeline TimedSink::WaitForEnd(JobId job) {
  return Wait(job, [](const Timeline&) { return false; });
}

Timeline TimedSink::WaitForTexts(JobId job, size_t count) {
  return Wait(job, [count](const Timeline& timeline) { return timeline.texts.size() >= count; });
}

void TimedSink::WaitUntil(JobId job, Clock::time_point time) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_until(lock, time, [&] { return timelines_[job].over; });
}

template <typename Predicate>
Timeline TimedSink::Wait(JobId job, Predicate happened) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return timelines_[job].over || happened(timelines_[job]); });
  return timelines_[job];
}

}  // namespace abstractllm::bench
