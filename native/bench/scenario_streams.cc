// Several streams at once.
#include <algorithm>
#include <string>
#include <vector>

#include "scenarios.h"

namespace abstractllm::bench {
namespace {

// Tokens per second of `count` streams together, from the first token to the last end.
double TotalRate(Session& session, int count, int tokens) {
  std::vector<JobId> jobs;
  for (int i = 0; i < count; ++i) {
    jobs.push_back(session.Generate(session.FreshText(4), tokens + 1));
  }
  int decoded = 0;
  Clock::time_point begin = Clock::time_point::max();
  Clock::time_point end = Clock::time_point::min();
  for (const JobId job : jobs) {
    decoded += session.ResultOf(job).completions.front().tokens - 1;
    const Timeline timeline = session.sink().WaitForEnd(job);
    if (!timeline.texts.empty()) begin = std::min(begin, timeline.texts.front());
    end = std::max(end, timeline.end);
  }
  return decoded / Milliseconds(begin, end) * 1000;
}

}  // namespace

void MeasureStreams(Session& session, const Sizes& sizes, Metrics* metrics) {
  const double one = TotalRate(session, 1, sizes.generated);
  const double many = TotalRate(session, sizes.streams, sizes.generated);
  Record("one stream", "tokens/s", one, metrics);
  Record("all streams together", "tokens/s", many, metrics);
  Record("all streams over one", "x", many / one, metrics);
}

void MeasureChats(Session& session, const Sizes& sizes, Metrics* metrics) {
  const std::string prefix = session.FreshText(sizes.chat_prefix);
  const Clock::time_point start = Clock::now();
  std::vector<JobId> jobs;
  for (int i = 0; i < sizes.streams; ++i) {
    jobs.push_back(session.Generate(prefix + session.FreshText(sizes.question), sizes.chat_answer));
  }
  for (const JobId job : jobs) session.ResultOf(job);
  Record("chats with a common beginning", "ms", Milliseconds(start, Clock::now()), metrics);
}

}  // namespace abstractllm::bench
