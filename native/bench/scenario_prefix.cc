// A prompt whose beginning is in the cache.
#include <string>

#include "scenarios.h"

namespace abstractllm::bench {

void MeasurePrefix(Session& session, const Sizes& sizes, Metrics* metrics) {
  const std::string prefix = session.FreshText(sizes.cached_prefix);
  double ms[2] = {};
  for (double& first_text : ms) {
    const JobId job = session.Generate(prefix + session.FreshText(sizes.question), 2);
    first_text = session.FirstTextMs(job);
    session.ResultOf(job);
  }
  Record("first text, cold", "ms", ms[0], metrics);
  Record("first text, cached beginning", "ms", ms[1], metrics);
  Record("cached over cold", "x", ms[1] / ms[0], metrics);
}

}  // namespace abstractllm::bench
