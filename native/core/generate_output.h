// Generating: samples a token from each row and turns the tokens into text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "job.h"
#include "sampler.h"
#include "sequence_output.h"
#include "text_stream.h"
#include "tokenizer.h"

namespace abstractllm {

// What the completions of one job share. The last one to finish hands the result over.
struct GenerateGroup {
  GenerateResult result;
  int32_t unfinished = 0;
  Clock::time_point submitted;
  Clock::time_point started;    // the first engine call
  Clock::time_point prefilled;  // the first token
};

// How one completion is made. Total: every field is set by PrepareGenerate.
struct GeneratePlan {
  const Tokenizer* tokenizer = nullptr;  // outlives the output
  int32_t context_size = 0;              // tokens that the sequence may have
  int32_t max_tokens = 0;
  int32_t index = 0;      // among the job's completions
  int32_t logprobs = -1;  // alternatives per token; -1: none at all
  // Tokens to guess ahead by prompt lookup; 0: none.
  int32_t prompt_lookup = 0;
  // When the context is full: forget all but the first `keep` tokens and the newest half
  // of the others, and go on.
  bool rolls = false;
  int32_t keep = 0;
};

// Owns: the sampler and the text of one completion. Thread: see SequenceOutput; made on
// the text thread.
class GenerateOutput final : public SequenceOutput {
 public:
  GenerateOutput(const GeneratePlan& plan, std::shared_ptr<GenerateGroup> group,
                 std::unique_ptr<Sampler> sampler, std::vector<std::string> stops);

  bool wants_every_row() const override { return false; }
  int32_t DraftsWanted(const Sequence& sequence, bool by_model) const override;
  void Encoded(double ms) override;
  void Start() override;
  Result<Verdict> Take(Sequence* sequence, const OutputRows& rows, const PostEvent& post) override;
  std::optional<DoneEvent> Finish(Sequence* sequence, const PostEvent& post) override;

 private:
  // Samples from `logits`, and adds the token to the sequence unless it ends the text.
  Result<Verdict> TakeToken(Sequence* sequence, float* logits, const PostEvent& post);
  void KeepLogits(const float* logits);
  void RecordLogprobs(int32_t token);
  TokenChoice Choice(int32_t token, float logit, float log_sum) const;
  Verdict Roll(Sequence* sequence);
  const Completion& completion() const {
    return group_->result.completions[static_cast<size_t>(plan_.index)];
  }
  Completion& completion() { return group_->result.completions[static_cast<size_t>(plan_.index)]; }

  GeneratePlan plan_;
  std::shared_ptr<GenerateGroup> group_;
  std::unique_ptr<Sampler> sampler_;
  TextStream text_;
  std::string piece_;
  std::vector<float> row_;  // the logits before sampling changes them, for logprobs
};

}  // namespace abstractllm
