// A call that is cancelled in the middle of its prompt.
#include "scenarios.h"

namespace abstractllm::bench {
namespace {

bool WasAborted(const Timeline& timeline) {
  const auto* failed = std::get_if<FailedEvent>(&timeline.last.what);
  return failed != nullptr && failed->status.code == Code::kAborted;
}

}  // namespace

void MeasureAbort(Session& session, const Sizes& sizes, Metrics* metrics) {
  const JobId whole = session.Generate(session.FreshText(sizes.aborted_prompt), 1);
  const double whole_ms = session.FirstTextMs(whole);
  session.ResultOf(whole);

  const JobId job = session.Generate(session.FreshText(sizes.aborted_prompt), 1);
  const auto half = std::chrono::duration<double, std::milli>(whole_ms / 2);
  session.sink().WaitUntil(
      job, session.SubmittedAt(job) + std::chrono::duration_cast<Clock::duration>(half));
  const Clock::time_point start = Clock::now();
  session.Cancel(job);
  const Timeline aborted = session.sink().WaitForEnd(job);
  // It was faster than the one before by half.
  if (!WasAborted(aborted)) return;
  Record("abort, until the call ends", "ms", Milliseconds(start, aborted.end), metrics);
  const JobId next = session.Generate(session.FreshText(4), 1);
  session.ResultOf(next);
  Record("abort, until the next answer", "ms",
         Milliseconds(start, session.sink().WaitForEnd(next).end), metrics);
}

}  // namespace abstractllm::bench
