#include "score_output.h"

#include <cmath>
#include <limits>

#include "log_softmax.h"
#include "sampler.h"
#include "sequence.h"

namespace abstractllm {

ScoreOutput::ScoreOutput(int32_t vocabulary_size, size_t tokens)
    : vocabulary_size_(vocabulary_size),
      logprobs_(tokens, std::numeric_limits<float>::quiet_NaN()) {}

Result<Verdict> ScoreOutput::Take(Sequence* sequence, const OutputRows& rows, const PostEvent&) {
  for (int32_t i = 0; i < rows.count; ++i) {
    const auto next = static_cast<size_t>(rows.first + i + 1);
    if (next == sequence->tokens.size()) return Verdict::kFinished;
    // A row takes as long as a pass over the vocabulary.
    if (sequence->cancel->cancelled()) return Status::Aborted();
    const float* logits = rows.row(i);
    if (logits == nullptr) return NoLogits();
    const float logprob = logits[sequence->tokens[next]] - LogSumExp(logits, vocabulary_size_);
    if (std::isnan(logprob)) return OutputIsNotANumber();
    logprobs_[next] = logprob;
  }
  return Verdict::kContinue;
}

std::optional<DoneEvent> ScoreOutput::Finish(Sequence* sequence, const PostEvent&) {
  return DoneEvent{ScoreResult{std::move(sequence->tokens), std::move(logprobs_)}};
}

}  // namespace abstractllm
