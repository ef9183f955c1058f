// What JavaScript asks of a model's pooled outputs: one vector, or one row of scores, per
// text. Plain data, total, like the requests in job.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace abstractllm {

// How the vectors of a text's tokens become the text's vector.
enum class Pooling {
  kModel,  // as the file says; the mean if it says nothing
  kNone,   // not at all: one vector per token
  kMean,
  kCls,   // the first token's
  kLast,  // the last token's
};

struct EmbedRequest {
  std::vector<std::string> texts;
  Pooling pooling = Pooling::kModel;
  bool normalize = true;  // to a Euclidean length of 1, each vector
};

struct RerankRequest {
  std::string query;
  std::vector<std::string> documents;
};

// What becomes of a classifier's outputs.
enum class LabelScores {
  kShares,  // softmax: one label holds
  kEach,    // sigmoid: each label for itself
  kRaw,     // the outputs themselves
};

struct ClassifyRequest {
  std::vector<std::string> texts;
  LabelScores scores = LabelScores::kShares;
  // With it, each text is the second of a pair, and this is the first.
  std::optional<std::string> first;
};

}  // namespace abstractllm
