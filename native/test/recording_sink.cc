#include "recording_sink.h"

namespace abstractllm::test {

void RecordingSink::Post(Event&& event) {
  std::lock_guard<std::mutex> lock(mutex_);
  Record& record = records_[event.job];
  if (const auto* text = std::get_if<TextEvent>(&event.what)) record.text += text->text;
  if (std::holds_alternative<ProgressEvent>(event.what)) ++record.progress;
  if (std::holds_alternative<DoneEvent>(event.what) ||
      std::holds_alternative<FailedEvent>(event.what)) {
    record.ends.push_back(std::move(event));
  }
  changed_.notify_all();
}

Event RecordingSink::WaitForEnd(JobId job) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return !records_[job].ends.empty(); });
  return records_[job].ends.front();
}

void RecordingSink::WaitForText(JobId job) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return !records_[job].text.empty() || !records_[job].ends.empty(); });
}

std::string RecordingSink::TextOf(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  return records_[job].text;
}

int RecordingSink::EndsOf(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(records_[job].ends.size());
}

int RecordingSink::ProgressEventsOf(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  return records_[job].progress;
}

Code CodeOf(const Event& event) {
  const auto* failed = std::get_if<FailedEvent>(&event.what);
  return failed == nullptr ? Code::kOk : failed->status.code;
}

}  // namespace abstractllm::test
