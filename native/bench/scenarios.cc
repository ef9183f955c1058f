#include "scenarios.h"

namespace abstractllm::bench {

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> all = {
      {"prefill", MeasurePrefill}, {"decode", MeasureDecode}, {"streams", MeasureStreams},
      {"chats", MeasureChats},     {"prefix", MeasurePrefix}, {"admission", MeasureAdmission},
      {"abort", MeasureAbort},
  };
  return all;
}

void Record(const char* name, const char* unit, double value, Metrics* metrics) {
  for (Metric& metric : *metrics) {
    if (metric.name == name) {
      metric.values.push_back(value);
      return;
    }
  }
  metrics->push_back({name, unit, {value}});
}

}  // namespace abstractllm::bench
