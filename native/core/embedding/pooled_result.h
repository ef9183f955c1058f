// What becomes of the requests in pooled_request.h. Order is that of the request's texts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace abstractllm {

struct EmbedResult {
  int32_t dimensions = 0;
  std::vector<int32_t> rows;  // of each text: 1, or its tokens when nothing was pooled
  std::vector<float> values;  // all rows of the first text, then those of the next
};

struct RerankResult {
  std::vector<float> scores;  // one per document, from 0 to 1
};

struct ClassifyResult {
  std::vector<std::string> labels;
  std::vector<float> scores;  // labels.size() per text, from 0 to 1
};

}  // namespace abstractllm
