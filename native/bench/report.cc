#include "report.h"

#include <algorithm>
#include <cstdio>

#include "statistics.h"

namespace abstractllm::bench {
namespace {

std::string Number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

// Names and units are ours; descriptions of models come from files.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string AsTable(const ModelInfo& model, const Metrics& metrics) {
  size_t width = 0;
  for (const Metric& metric : metrics) width = std::max(width, metric.name.size());
  std::string table = model.description + ", " + std::to_string(model.threads) + " threads\n";
  for (const Metric& metric : metrics) {
    char line[256];
    std::snprintf(line, sizeof line, "%-*s %12.2f %-8s (%.2f to %.2f)\n", static_cast<int>(width),
                  metric.name.c_str(), Median(metric.values), metric.unit.c_str(),
                  Smallest(metric.values), Largest(metric.values));
    table += line;
  }
  return table;
}

std::string AsJson(const ModelInfo& model, const Metrics& metrics) {
  std::string json = "{\"model\": {\"description\": " + Quoted(model.description) +
                     ", \"threads\": " + std::to_string(model.threads) + "}, \"metrics\": [";
  for (const Metric& metric : metrics) {
    if (&metric != &metrics.front()) json += ", ";
    json += "{\"name\": " + Quoted(metric.name) + ", \"unit\": " + Quoted(metric.unit) +
            ", \"median\": " + Number(Median(metric.values)) + ", \"values\": [";
    for (size_t i = 0; i < metric.values.size(); ++i) {
      json += (i > 0 ? ", " : "") + Number(metric.values[i]);
    }
    json += "]}";
  }
  return json + "]}\n";
}

}  // namespace abstractllm::bench
