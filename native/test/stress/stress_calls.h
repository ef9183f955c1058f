// The calls of a stress run: random, and of known outcome where one is promised.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "job.h"
#include "scheduler_random.h"
#include "status.h"

namespace abstractllm::test {

struct StressCall {
  Request request;
  // How it may end; kOk stands for a result.
  Code expected = Code::kOk;
  // Index of the known text that it must give; -1 for none.
  int known = -1;
};

// Thread: one at a time.
class StressCalls {
 public:
  explicit StressCalls(uint64_t seed) : random_(seed) {}

  // Greedy calls whose texts are the same whatever else runs: Known(i) for i below this.
  static constexpr int kKnown = 48;
  StressCall Known(int index) const;
  // Any call: known ones, sampled ones with several answers, scores, vectors, texts, and
  // some that must fail.
  StressCall Next();

  Random& random() { return random_; }

 private:
  StressCall Sampled();
  StressCall Bad();
  std::string Words(int32_t count);

  Random random_;
};

}  // namespace abstractllm::test
