// How metrics are shown.
#pragma once

#include <string>

#include "event.h"
#include "metric.h"

namespace abstractllm::bench {

// One line per metric: median, unit, smallest and largest value.
std::string AsTable(const ModelInfo& model, const Metrics& metrics);

// {"model": {...}, "metrics": [{"name", "unit", "median", "values"}]}
std::string AsJson(const ModelInfo& model, const Metrics& metrics);

}  // namespace abstractllm::bench
