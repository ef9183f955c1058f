// One embed, rerank or classify call on its way through the engine: its texts as tokens,
// and what has come of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "embedding/pooled_request.h"
#include "job.h"

namespace abstractllm {

// Thread: built on the text thread, then owned by the inference thread.
struct PooledJob {
  enum class Kind { kEmbed, kRerank, kClassify };

  Kind kind = Kind::kEmbed;
  JobId job = 0;
  CancelTokenPtr cancel;
  Pooling pooling = Pooling::kMean;           // kEmbed; never kModel
  bool normalize = true;                      // kEmbed
  LabelScores scores = LabelScores::kShares;  // kClassify

  std::vector<std::vector<int32_t>> texts;  // tokens, none empty, in the caller's order
  // Indices into texts, the longest text first: buffers get their final size at once.
  std::vector<uint32_t> order;
  // Of pairs: where the second of the two texts begins that each text consists of; nothing where
  // no token type tells them apart.
  std::optional<size_t> second_segment;
  size_t taken = 0;     // order[0, taken) were given to the engine
  size_t finished = 0;  // texts whose output is complete
  uint64_t tokens_done = 0;
  uint64_t tokens_total = 0;

  // Floats per row; text i has its rows from values[offsets[i]] on, offsets.back() in all.
  int32_t width = 0;
  std::vector<size_t> offsets;
  std::vector<float> values;

  // Whether the head's outputs are asked for, instead of the tokens' vectors.
  bool uses_head() const { return kind != Kind::kEmbed; }
  bool complete() const { return finished == texts.size(); }
};

using PooledJobPtr = std::unique_ptr<PooledJob>;

}  // namespace abstractllm
