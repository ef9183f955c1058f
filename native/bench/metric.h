// What a scenario found out.
#pragma once

#include <string>
#include <vector>

namespace abstractllm::bench {

struct Metric {
  std::string name;
  std::string unit;            // "ms", "tokens/s" or "x" (a ratio)
  std::vector<double> values;  // one per round
};

using Metrics = std::vector<Metric>;

}  // namespace abstractllm::bench
