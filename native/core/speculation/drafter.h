// Guesses at the tokens to come, for the model to verify several in one engine call.
#pragma once

#include <cstdint>
#include <vector>

#include "sequence.h"

namespace abstractllm {

// Thread: the inference thread.
class Drafter {
 public:
  virtual ~Drafter() = default;
  // Up to `most` tokens that may follow the sequence's; none if it has no idea.
  virtual std::vector<int32_t> Draft(const Sequence& sequence, int32_t most) = 0;
  // Milliseconds that one more guess costs, learned; 0 for nothing worth counting.
  virtual double TokenMs() const = 0;
};

}  // namespace abstractllm
