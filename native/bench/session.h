// A loaded model that scenarios send requests to.
#pragma once

#include <map>
#include <string>

#include "engine.h"
#include "settings.h"
#include "timed_sink.h"

namespace abstractllm::bench {

// Thread: one. Owns: the engine. Throws std::runtime_error
// when the model does not load or a request fails: a benchmark ends then.
class Session {
 public:
  explicit Session(const Settings& settings);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Milliseconds that loading took.
  double load_ms() const { return load_ms_; }
  const ModelInfo& info() const { return info_; }

  // With the package's default sampling. Returns at once.
  JobId Generate(const std::string& prompt, int max_tokens);
  void Cancel(JobId job) { engine_.Cancel(job); }
  TimedSink& sink() { return sink_; }

  Clock::time_point SubmittedAt(JobId job) const { return submitted_.at(job); }
  // Waits for the job's end.
  GenerateResult ResultOf(JobId job);
  // Milliseconds from submitting to the first text; waits for it.
  double FirstTextMs(JobId job);
  // A text that no request of this session has seen.
  std::string FreshText(int length);

 private:
  TimedSink sink_;
  Engine engine_;
  JobId next_ = 1;
  uint32_t next_seed_ = 1;
  std::map<JobId, Clock::time_point> submitted_;
  ModelInfo info_;
  double load_ms_ = 0;
};

}  // namespace abstractllm::bench
