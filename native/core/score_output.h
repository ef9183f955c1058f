// Scoring: the log-probability of each token given those before it.
#pragma once

#include <vector>

#include "sequence_output.h"

namespace abstractllm {

class ScoreOutput final : public SequenceOutput {
 public:
  ScoreOutput(int32_t vocabulary_size, size_t tokens);

  bool wants_every_row() const override { return true; }
  int32_t DraftsWanted(const Sequence&, bool) const override { return 0; }
  void Start() override {}
  Result<Verdict> Take(Sequence* sequence, const OutputRows& rows, const PostEvent& post) override;
  std::optional<DoneEvent> Finish(Sequence* sequence, const PostEvent& post) override;

 private:
  int32_t vocabulary_size_;
  std::vector<float> logprobs_;  // [i] belongs to token i; [0] is NaN
};

}  // namespace abstractllm
