// What core_bench can measure. Each scenario is a file of its own, scenario_*.cc.
#pragma once

#include <vector>

#include "metric.h"
#include "session.h"
#include "settings.h"

namespace abstractllm::bench {

// Measures once; a driver repeats it. Every scenario writes texts of its own, so the
// order does not matter.
struct Scenario {
  const char* name;
  void (*measure)(Session& session, const Sizes& sizes, Metrics* metrics);
};

// Adds `value` to the metric of that name.
void Record(const char* name, const char* unit, double value, Metrics* metrics);

void MeasurePrefill(Session& session, const Sizes& sizes, Metrics* metrics);
void MeasureDecode(Session& session, const Sizes& sizes, Metrics* metrics);
// One stream and several: tokens per second of all together.
void MeasureStreams(Session& session, const Sizes& sizes, Metrics* metrics);
// Several chats at once that share a beginning which nobody has seen.
void MeasureChats(Session& session, const Sizes& sizes, Metrics* metrics);
// First text of a prompt, and of another one with the same beginning.
void MeasurePrefix(Session& session, const Sizes& sizes, Metrics* metrics);
// Gaps between tokens of streams, while a long prompt is admitted.
void MeasureAdmission(Session& session, const Sizes& sizes, Metrics* metrics);
// From Cancel, in the middle of a prompt, to the job's end, and to the next answer.
void MeasureAbort(Session& session, const Sizes& sizes, Metrics* metrics);

// All of them but loading, which the driver measures.
const std::vector<Scenario>& Scenarios();

}  // namespace abstractllm::bench
