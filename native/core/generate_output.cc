#include "generate_output.h"

#include <algorithm>

#include "log_softmax.h"
#include "sequence.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// Of a draft model: beyond this even good guesses are mostly wrong.
constexpr int32_t kMostDrafts = 16;

double Milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

GenerateOutput::GenerateOutput(const GeneratePlan& plan, std::shared_ptr<GenerateGroup> group,
                               std::unique_ptr<Sampler> sampler, std::vector<std::string> stops)
    : plan_(plan),
      group_(std::move(group)),
      sampler_(std::move(sampler)),
      text_(std::move(stops)) {}

void GenerateOutput::Encoded(double ms) { group_->result.encode_ms += ms; }

void GenerateOutput::Start() {
  if (group_->started != Clock::time_point{}) return;
  group_->started = Clock::now();
  group_->result.queue_ms =
      std::max(Milliseconds(group_->started - group_->submitted) - group_->result.encode_ms, 0.0);
}

int32_t GenerateOutput::DraftsWanted(const Sequence& sequence, bool by_model) const {
  const int32_t most = by_model ? kMostDrafts : plan_.prompt_lookup;
  // The call yields one token more than its draft has.
  return std::min(
      {most, plan_.max_tokens - completion().tokens - 1, plan_.context_size - sequence.size() - 1});
}

Result<Verdict> GenerateOutput::Take(Sequence* sequence, const OutputRows& rows,
                                     const PostEvent& post) {
  const Clock::time_point before = Clock::now();
  if (group_->prefilled == Clock::time_point{}) {
    group_->prefilled = before;
    group_->result.prefill_ms = Milliseconds(before - group_->started);
    group_->result.cached_tokens = sequence->cached;
  }
  Result<Verdict> verdict = Verdict::kContinue;
  int32_t accepted = 0;
  for (int32_t i = 0; i < rows.count; ++i) {
    float* logits = rows.row(i);
    if (logits == nullptr) return NoLogits();
    const int32_t size = sequence->size();
    verdict = TakeToken(sequence, logits, post);
    // The next row follows the draft, and counts only if the draft was right.
    const bool more = verdict.ok() && verdict.value() == Verdict::kContinue && i + 1 < rows.count &&
                      sequence->size() > size &&
                      sequence->draft[static_cast<size_t>(i)] == sequence->tokens.back();
    if (!more) break;
    ++accepted;
  }
  group_->result.drafted_tokens += rows.count - 1;
  group_->result.accepted_tokens += accepted;
  group_->result.sample_ms += Milliseconds(Clock::now() - before);
  return verdict;
}

Result<Verdict> GenerateOutput::TakeToken(Sequence* sequence, float* logits,
                                          const PostEvent& post) {
  if (plan_.logprobs >= 0) KeepLogits(logits);
  Result<int32_t> sampled = sampler_->Sample(logits);
  if (!sampled.ok()) return sampled.status();
  const int32_t token = sampled.value();
  Completion& result = completion();
  ++result.tokens;
  if (plan_.logprobs >= 0) RecordLogprobs(token);

  if (plan_.tokenizer->IsEndOfGeneration(token)) return Verdict::kFinished;
  piece_.clear();
  plan_.tokenizer->AppendPiece(token, &piece_);
  std::string text = text_.Push(piece_);
  if (!text.empty()) post({sequence->job, TextEvent{std::move(text), plan_.index}});
  sequence->tokens.push_back(token);
  if (text_.stopped()) return Verdict::kFinished;
  const bool full = sequence->size() >= plan_.context_size;
  if (result.tokens >= plan_.max_tokens || (full && !plan_.rolls)) {
    result.finish_reason = "length";
    return Verdict::kFinished;
  }
  return full ? Roll(sequence) : Verdict::kContinue;
}

// Computed anew instead of shifted: exact, and others may share the cells.
Verdict GenerateOutput::Roll(Sequence* sequence) {
  const int32_t forgotten = std::max((sequence->size() - plan_.keep) / 2, 1);
  const int32_t erased =
      EraseTokens(plan_.keep, plan_.keep + forgotten, &sequence->tokens, &sequence->media);
  group_->result.truncated_tokens += erased;
  sequence->prompt_size = std::max(sequence->prompt_size - erased, plan_.keep);
  sequence->prompt_size = std::max(sequence->prompt_size, 1);
  return Verdict::kRestart;
}

void GenerateOutput::KeepLogits(const float* logits) {
  row_.assign(logits, logits + plan_.tokenizer->vocabulary_size());
}

void GenerateOutput::RecordLogprobs(int32_t token) {
  const auto count = static_cast<int32_t>(row_.size());
  const float log_sum = LogSumExp(row_.data(), count);
  TokenLogprob entry;
  entry.chosen = Choice(token, row_[static_cast<size_t>(token)], log_sum);
  if (plan_.logprobs > 0) {
    std::vector<llama_token_data> best;
    SelectTopK(row_.data(), count, std::min(plan_.logprobs, count), &best);
    std::sort(best.begin(), best.end(), [](const llama_token_data& a, const llama_token_data& b) {
      return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
    });
    for (const llama_token_data& candidate : best) {
      entry.alternatives.push_back(Choice(candidate.id, candidate.logit, log_sum));
    }
  }
  completion().logprobs.push_back(std::move(entry));
}

TokenChoice GenerateOutput::Choice(int32_t token, float logit, float log_sum) const {
  std::string bytes;
  plan_.tokenizer->AppendPiece(token, &bytes);
  return {token, logit - log_sum, SanitizeUtf8(bytes)};
}

std::optional<DoneEvent> GenerateOutput::Finish(Sequence* sequence, const PostEvent& post) {
  std::string rest = text_.Finish();
  if (!rest.empty()) post({sequence->job, TextEvent{std::move(rest), plan_.index}});
  completion().stop_sequence = text_.stop_sequence();
  if (--group_->unfinished > 0) return std::nullopt;
  group_->result.decode_ms = Milliseconds(Clock::now() - group_->prefilled);
  return DoneEvent{std::move(group_->result)};
}

}  // namespace abstractllm
