#include "decoder.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "logging.h"

namespace abstractllm {
namespace {

constexpr llama_seq_id kSequenceId = 0;

double Milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// Natural-log probability of `token` under a row of `count` logits.
float LogProbability(const float* logits, int32_t count, int32_t token) {
  float largest = logits[0];
  for (int32_t i = 1; i < count; ++i) largest = std::max(largest, logits[i]);
  double sum = 0.0;
  for (int32_t i = 0; i < count; ++i) sum += std::exp(logits[i] - largest);
  return static_cast<float>(logits[token] - largest - std::log(sum));
}

}  // namespace

Decoder::Decoder(LoadedModel& model, std::function<void(Event)> post,
                 std::function<void(Event)> settle, std::function<bool()> interrupted)
    : model_(model),
      post_(std::move(post)),
      settle_(std::move(settle)),
      interrupted_(std::move(interrupted)),
      batch_(llama_batch_init(static_cast<int32_t>(kMicroBatch), /*embd=*/0, /*n_seq_max=*/1)) {
  llama_set_abort_callback(model_.context.get(), ShouldAbort, this);
}

Decoder::~Decoder() {
  llama_set_abort_callback(model_.context.get(), nullptr, nullptr);
  llama_batch_free(batch_);
}

bool Decoder::ShouldAbort(void* decoder) {
  const auto* self = static_cast<const Decoder*>(decoder);
  return self->interrupted_() || (self->active_ != nullptr && self->active_->cancel->cancelled());
}

void Decoder::Add(SequencePtr sequence) { waiting_.push_back(std::move(sequence)); }

void Decoder::Step() {
  DropCancelled();
  if (active_ == nullptr) Activate();
  if (active_ == nullptr) return;

  const size_t first = active_->processed;
  const int32_t count = FillBatch();
  if (Status status = Decode(); !status.ok()) {
    End({active_->job, FailedEvent{std::move(status)}});
    return;
  }
  active_->processed += static_cast<size_t>(count);
  cells_used_.store(active_->processed, std::memory_order_relaxed);

  Status status = active_->kind == Sequence::Kind::kScore ? ScoreChunk(count, first) : Status::Ok();
  if (status.ok() && first < active_->prompt_size) AfterPromptChunk();
  if (status.ok() && active_->kind == Sequence::Kind::kGenerate &&
      active_->processed == active_->tokens.size()) {
    status = AcceptNextToken();
  } else if (status.ok() && active_->processed == active_->tokens.size()) {
    Finish();
  }
  if (!status.ok()) End({active_->job, FailedEvent{std::move(status)}});
}

void Decoder::Activate() {
  if (waiting_.empty()) return;
  active_ = std::move(waiting_.front());
  waiting_.pop_front();
  active_->started = Clock::now();
  active_->result.queue_ms = Milliseconds(active_->started - active_->submitted);
  post_({active_->job, ProgressEvent{"prefill", 0, active_->prompt_size}});
}

int32_t Decoder::FillBatch() {
  const bool score = active_->kind == Sequence::Kind::kScore;
  const size_t limit = score ? std::min(model_.batch_size, model_.max_outputs) : model_.batch_size;
  const size_t left = active_->tokens.size() - active_->processed;
  const auto count = static_cast<int32_t>(std::min(limit, left));
  batch_.n_tokens = count;
  for (int32_t i = 0; i < count; ++i) {
    const size_t at = active_->processed + static_cast<size_t>(i);
    const bool last = at + 1 == active_->tokens.size();
    batch_.token[i] = active_->tokens[at];
    batch_.pos[i] = static_cast<llama_pos>(at);
    batch_.n_seq_id[i] = 1;
    batch_.seq_id[i][0] = kSequenceId;
    // A generation needs what follows the last token, a score what follows all others.
    batch_.logits[i] = score ? !last : last;
  }
  return count;
}

Status Decoder::Decode() {
  ErrorCapture capture;
  int32_t outcome = 0;
  try {
    std::optional<ComputeTurn> turn;
    if (model_.computes_on_cpu) turn.emplace();
    if (ShouldAbort(this)) return Status::Aborted();
    outcome = llama_decode(model_.context.get(), batch_);
  } catch (const std::exception& error) {
    return Status::Error(Code::kGeneration, std::string("The engine failed: ") + error.what());
  }
  if (outcome == 0) return Status::Ok();
  if (outcome == 2) return Status::Aborted();
  const std::string reason = capture.Text();
  return Status::Error(Code::kGeneration,
                       "The engine could not process the tokens (" + std::to_string(outcome) + ")" +
                           (reason.empty() ? "." : ": " + reason),
                       {{"engine_result", static_cast<int64_t>(outcome)}});
}

void Decoder::AfterPromptChunk() {
  if (active_->processed == active_->prompt_size) {
    active_->prefilled = Clock::now();
    active_->result.prefill_ms = Milliseconds(active_->prefilled - active_->started);
  }
  post_({active_->job, ProgressEvent{"prefill", active_->processed, active_->prompt_size}});
}

Status Decoder::ScoreChunk(int32_t count, size_t first) {
  for (int32_t i = 0; i < count; ++i) {
    const size_t next = first + static_cast<size_t>(i) + 1;
    if (next == active_->tokens.size()) break;
    if (active_->cancel->cancelled()) return Status::Aborted();
    const float* logits = llama_get_logits_ith(model_.context.get(), i);
    if (logits == nullptr) {
      return Status::Error(Code::kGeneration, "The engine returned no logits to score.");
    }
    const float logprob =
        LogProbability(logits, model_.info.vocabulary_size, active_->tokens[next]);
    if (std::isnan(logprob)) return OutputIsNotANumber();
    active_->logprobs[next] = logprob;
  }
  return Status::Ok();
}

Status Decoder::AcceptNextToken() {
  const Clock::time_point before = Clock::now();
  float* logits = llama_get_logits_ith(model_.context.get(), -1);
  if (logits == nullptr) {
    return Status::Error(Code::kGeneration, "The engine returned no logits to sample from.");
  }
  Result<int32_t> sampled = active_->sampler->Sample(logits);
  if (!sampled.ok()) return sampled.status();
  const int32_t token = sampled.value();
  GenerateResult& result = active_->result;
  result.sample_ms += Milliseconds(Clock::now() - before);
  ++result.completion_tokens;

  const bool ended = model_.tokenizer->IsEndOfGeneration(token);
  if (!ended) {
    piece_.clear();
    model_.tokenizer->AppendPiece(token, &piece_);
    std::string text = active_->text->Push(piece_);
    if (!text.empty()) post_({active_->job, TextEvent{std::move(text)}});
    active_->tokens.push_back(token);
  }
  const bool full = result.completion_tokens >= active_->max_tokens ||
                    active_->tokens.size() >= model_.info.context_size;
  if (ended || active_->text->stopped()) {
    result.finish_reason = "stop";
    result.stop_sequence = active_->text->stop_sequence();
    Finish();
  } else if (full) {
    result.finish_reason = "length";
    Finish();
  }
  return Status::Ok();
}

void Decoder::Finish() {
  if (active_->kind == Sequence::Kind::kScore) {
    End({active_->job,
         DoneEvent{ScoreResult{std::move(active_->tokens), std::move(active_->logprobs)}}});
    return;
  }
  std::string rest = active_->text->Finish();
  if (!rest.empty()) post_({active_->job, TextEvent{std::move(rest)}});
  active_->result.decode_ms = Milliseconds(Clock::now() - active_->prefilled);
  End({active_->job, DoneEvent{std::move(active_->result)}});
}

void Decoder::End(Event last) {
  FreeCells();
  active_.reset();
  settle_(std::move(last));
}

void Decoder::FreeCells() {
  // Removing a whole sequence never fails, for any kind of memory.
  if (llama_memory_t memory = llama_get_memory(model_.context.get()); memory != nullptr) {
    llama_memory_seq_rm(memory, kSequenceId, -1, -1);
  }
  cells_used_.store(0, std::memory_order_relaxed);
}

void Decoder::DropCancelled() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!(*it)->cancel->cancelled()) {
      ++it;
      continue;
    }
    const JobId job = (*it)->job;
    it = waiting_.erase(it);
    settle_({job, FailedEvent{Status::Aborted()}});
  }
  if (active_ != nullptr && active_->cancel->cancelled()) {
    End({active_->job, FailedEvent{Status::Aborted()}});
  }
}

void Decoder::FailAll(const Status& status) {
  if (active_ != nullptr) End({active_->job, FailedEvent{status}});
  while (!waiting_.empty()) {
    const JobId job = waiting_.front()->job;
    waiting_.pop_front();
    settle_({job, FailedEvent{status}});
  }
}

}  // namespace abstractllm
