#include "log_softmax.h"

#include <algorithm>
#include <cmath>

namespace abstractllm {

float LogSumExp(const float* logits, int32_t count) {
  const float largest = *std::max_element(logits, logits + count);
  double sum = 0.0;
  for (int32_t i = 0; i < count; ++i) sum += std::exp(logits[i] - largest);
  return static_cast<float>(largest + std::log(sum));
}

}  // namespace abstractllm
