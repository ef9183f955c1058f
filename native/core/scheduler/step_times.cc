#include "scheduler/step_times.h"

#include <algorithm>
#include <limits>

namespace abstractllm {
namespace {

constexpr double kNewest = 0.2;  // weight of the newest observation

// On a busy machine single calls take many times as long as usual; what is usual changes
// slowly.
constexpr double kCredible = 2;

void Learn(double* average, double observed) {
  if (*average == 0) {
    *average = observed;
    return;
  }
  const double credible = std::clamp(observed, *average / kCredible, *average * kCredible);
  *average += kNewest * (credible - *average);
}

// Kernels take rows by blocks of 32, whose first few rows cost almost as much as all.
int32_t InWholeBlocks(int32_t decoded, int32_t prompt) {
  constexpr int32_t kBlock = 32;
  constexpr int32_t kFew = 8;
  const int32_t rows = decoded + prompt;
  const int32_t over = rows % kBlock;
  return rows > kBlock && over <= kFew ? prompt - over : prompt;
}

}  // namespace

void StepTimes::Record(int32_t decoded, int32_t prompt, double ms) {
  if (prompt == 0) {
    mixed_calls_ = 0;
    if (decoded > 0) Learn(&decode_ms_[decoded], ms);
    return;
  }
  if (decoded == 0) {
    // Many tokens at once cost less each than a few beside streams do: a first guess.
    if (!beside_streams_) Learn(&token_ms_, ms / prompt);
    return;
  }
  ++mixed_calls_;
  const double alone = DecodeMs(decoded);
  if (alone == 0) return;
  if (!beside_streams_) token_ms_ = 0;
  beside_streams_ = true;
  // Never nothing, or one disturbed call would let a whole batch in.
  Learn(&token_ms_, std::max(ms - alone, alone / 64) / prompt);
}

bool StepTimes::WantsDecoding(int32_t decoded) const {
  constexpr int32_t kRelearnAfter = 64;
  return DecodeMs(decoded) == 0 || mixed_calls_ >= kRelearnAfter;
}

int32_t StepTimes::PromptTokensBeside(int32_t decoded) const {
  const double alone = DecodeMs(decoded);
  if (alone == 0 || token_ms_ == 0) return kFirstChunk;
  const double tokens = (kStretch - 1) * alone / token_ms_;
  constexpr double kMost = std::numeric_limits<int32_t>::max() / 2;
  return std::max(kLeastChunk,
                  InWholeBlocks(decoded, static_cast<int32_t>(std::min(tokens, kMost))));
}

double StepTimes::DecodeMs(int32_t decoded) const {
  if (decode_ms_.empty()) return 0;
  // More streams take longer, so the nearest smaller number is a lower bound.
  const auto above = decode_ms_.upper_bound(decoded);
  return above == decode_ms_.begin() ? above->second : std::prev(above)->second;
}

double StepTimes::KnownMs(int32_t decoded) const {
  const auto found = decode_ms_.find(decoded);
  return found == decode_ms_.end() ? 0 : found->second;
}

}  // namespace abstractllm
