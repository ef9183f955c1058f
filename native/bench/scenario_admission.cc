// Streams that go on while a long prompt is read.
#include <algorithm>
#include <vector>

#include "scenarios.h"
#include "statistics.h"

namespace abstractllm::bench {
namespace {

constexpr int kStreams = 4;
// Tokens that each stream makes alone before the prompt comes.
constexpr size_t kAlone = 16;

// Adds the milliseconds between texts that a stream waited for after `from`, until `to` at
// the latest: who got nothing until then has waited so long at least.
void AddGaps(const Timeline& timeline, Clock::time_point from, Clock::time_point to,
             std::vector<double>* gaps) {
  for (size_t i = 0; i < timeline.texts.size() && timeline.texts[i] < to; ++i) {
    const bool is_last = i + 1 == timeline.texts.size();
    const Clock::time_point next = is_last ? to : std::min(to, timeline.texts[i + 1]);
    if (next >= from) gaps->push_back(Milliseconds(timeline.texts[i], next));
  }
}

}  // namespace

void MeasureAdmission(Session& session, const Sizes& sizes, Metrics* metrics) {
  std::vector<JobId> streams;
  for (int i = 0; i < kStreams; ++i) {
    // Longer than anything else lasts; cancelled below.
    streams.push_back(session.Generate(session.FreshText(4), sizes.long_prompt));
  }
  Clock::time_point all_run = Clock::time_point::min();
  for (const JobId job : streams) {
    const Timeline timeline = session.sink().WaitForTexts(job, 1);
    if (!timeline.texts.empty()) all_run = std::max(all_run, timeline.texts.front());
  }
  for (const JobId job : streams) session.sink().WaitForTexts(job, kAlone);
  const JobId prompt = session.Generate(session.FreshText(sizes.long_prompt), 1);
  const Clock::time_point admitted = session.SubmittedAt(prompt);
  session.ResultOf(prompt);
  const Clock::time_point read = Clock::now();

  std::vector<double> usual;
  std::vector<double> during;
  for (const JobId job : streams) {
    session.Cancel(job);
    const Timeline timeline = session.sink().WaitForEnd(job);
    AddGaps(timeline, all_run, admitted, &usual);
    AddGaps(timeline, admitted, read, &during);
  }
  Record("gap between tokens, usual", "ms", Median(usual), metrics);
  Record("gap, worst beside a long prompt", "ms", Largest(during), metrics);
  Record("worst gap over usual", "x", Largest(during) / Median(usual), metrics);
  Record("long prompt beside streams", "ms", Milliseconds(admitted, read), metrics);
}

}  // namespace abstractllm::bench
