// Natural-log probabilities of a row of logits.
#pragma once

#include <cstdint>

namespace abstractllm {

// log(sum(exp(logits))): a logit less this is its log-probability. NaN if a logit is.
float LogSumExp(const float* logits, int32_t count);

}  // namespace abstractllm
