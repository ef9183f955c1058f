#include "stress/stress_sink.h"

#include <iterator>
#include <utility>

#include "codes.h"

namespace abstractllm::test {

void StressSink::Post(Event&& event) {
  if (std::holds_alternative<LogEvent>(event.what)) return;
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = live_.find(event.job);
  if (found == live_.end()) {
    faults_.push_back("an event for job " + std::to_string(event.job) + ", which is over");
    return;
  }
  Live& live = found->second;
  if (const auto* text = std::get_if<TextEvent>(&event.what)) {
    if (text->index == 0) live.text += text->text;
    return;
  }
  const auto* failed = std::get_if<FailedEvent>(&event.what);
  if (failed == nullptr && !std::holds_alternative<DoneEvent>(event.what)) return;
  End(event.job, live, failed == nullptr ? Code::kOk : failed->status.code,
      failed == nullptr ? "" : failed->status.message);
  last_job_ = event.job;
  last_text_ = std::move(live.text);
  live_.erase(found);
  changed_.notify_all();
}

void StressSink::End(JobId job, Live& live, Code code, const std::string& message) {
  ++ends_[CodeName(code)];
  const bool may_abort = live.cancelled && code == Code::kAborted;
  if (code != live.expected && !may_abort) {
    faults_.push_back("job " + std::to_string(job) + " ended as " + CodeName(code) +
                      " instead of " + CodeName(live.expected) + ": " + message);
  }
  if (code != Code::kOk || live.known < 0) return;
  const auto known = known_.find(live.known);
  if (known != known_.end() && known->second != live.text) {
    faults_.push_back("job " + std::to_string(job) + " wrote \"" + live.text + "\" instead of \"" +
                      known->second + "\"");
  }
}

void StressSink::Expect(JobId job, const StressCall& call, size_t most) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return live_.size() < most; });
  live_[job] = {call.expected, call.known, false, ""};
}

void StressSink::Cancelled(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = live_.find(job);
  if (found != live_.end()) found->second.cancelled = true;
}

void StressSink::WaitForAll() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return live_.empty(); });
}

void StressSink::SetKnown(int index, std::string text) {
  std::lock_guard<std::mutex> lock(mutex_);
  known_[index] = std::move(text);
}

std::string StressSink::TextOf(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  return last_job_ == job ? last_text_ : "";
}

JobId StressSink::AnyJob(uint64_t number) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (live_.empty()) return 0;
  return std::next(live_.begin(), static_cast<ptrdiff_t>(number % live_.size()))->first;
}

std::vector<std::string> StressSink::faults() {
  std::lock_guard<std::mutex> lock(mutex_);
  return faults_;
}

std::map<std::string, int> StressSink::ends() {
  std::lock_guard<std::mutex> lock(mutex_);
  return ends_;
}

}  // namespace abstractllm::test
