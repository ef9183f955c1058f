#include "embedding/pooled_runner.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "embedding/pooled_outcome.h"
#include "embedding/pooling.h"
#include "sampler.h"

namespace abstractllm {
namespace {

// What a limited call does at least, so that texts get on whatever else runs.
constexpr size_t kFewestTokens = 8;

bool AllFinite(const float* values, size_t count) {
  return std::all_of(values, values + count, [](float value) { return std::isfinite(value); });
}

Status NoOutput() {
  return Status::Error(Code::kGeneration, "The engine returned no vector for a text.");
}

}  // namespace

PooledRunner::PooledRunner(const LoadedModel& model, std::function<void(Event)> post,
                           std::function<void(Event)> settle, std::function<bool()> interrupted)
    : model_(model),
      post_(std::move(post)),
      settle_(std::move(settle)),
      interrupted_(std::move(interrupted)) {}

bool PooledRunner::ShouldAbort(void* runner) {
  const auto* self = static_cast<const PooledRunner*>(runner);
  return self->interrupted_() ||
         std::all_of(self->batch_jobs_.begin(), self->batch_jobs_.end(),
                     [](const PooledJob* job) { return job->cancel->cancelled(); });
}

void PooledRunner::Add(PooledJobPtr&& job) { jobs_.push_back(std::move(job)); }

void PooledRunner::Step(std::optional<Clock::duration> limit) {
  pieces_.clear();
  batch_jobs_.clear();
  DropCancelled();
  if (jobs_.empty()) return;
  PooledJob* first = unfinished_.job != nullptr ? unfinished_.job : jobs_.front().get();
  if (first->complete()) {  // it has no texts
    End(first, {first->job, PooledOutcome(first, model_.pooled)});
    return;
  }
  const size_t budget = Budget(limit);
  PooledContext* context = unfinished_.context;
  if (context == nullptr) {
    context = ChooseContext(*first);
    const size_t longest = first->texts[first->order[first->taken]].size();
    if (Status status = context->Reserve(longest); !status.ok()) {
      End(first, {first->job, FailedEvent{std::move(status)}});
      return;
    }
  }
  Fill(context, first, std::min(budget, context->tokens_per_call()));
  // Whoever was first is last the next time.
  if (jobs_.front().get() == first) std::rotate(jobs_.begin(), jobs_.begin() + 1, jobs_.end());
  const Clock::time_point start = Clock::now();
  if (Status status = context->Compute(); !status.ok()) {
    unfinished_ = {};
    for (PooledJob* job : batch_jobs_) End(job, {job->job, FailedEvent{status}});
    return;
  }
  Measure(context->batch_size(), Clock::now() - start);
  Collect(context);
}

size_t PooledRunner::Budget(std::optional<Clock::duration> limit) const {
  constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();
  if (!limit.has_value()) return kNoLimit;
  const double tokens = tokens_per_second_ * std::chrono::duration<double>(*limit).count();
  return std::max(static_cast<size_t>(std::clamp(tokens, 0.0, 1e9)), kFewestTokens);
}

PooledContext* PooledRunner::ChooseContext(const PooledJob& first) {
  const PooledContext::Output output = OutputFor(first);
  uint64_t waiting = 0;
  for (const PooledJobPtr& job : jobs_) {
    if (OutputFor(*job) == output) waiting += job->tokens_total - job->tokens_done;
  }
  const bool few = !model_.pooled.whole_texts || waiting <= PooledContext::kFewTokens;
  std::unique_ptr<PooledContext>& context = contexts_[output == PooledContext::Output::kHead][few];
  if (context == nullptr) {
    context = std::make_unique<PooledContext>(
        model_, output, few ? PooledContext::Attention::kExact : PooledContext::Attention::kFused,
        ShouldAbort, this);
  }
  return context.get();
}

// The text in progress first, then those of `first`, then those of the others.
void PooledRunner::Fill(PooledContext* context, PooledJob* first, size_t budget) {
  if (unfinished_.job != nullptr) {
    const size_t left = unfinished_.job->texts[unfinished_.text].size() - unfinished_.processed;
    AddPiece(context, {unfinished_.job, unfinished_.text, unfinished_.sequence,
                       unfinished_.processed, std::min(left, budget)});
  }
  TakeTexts(context, first, budget);
  for (const PooledJobPtr& job : jobs_) {
    if (job.get() != first && OutputFor(*job) == OutputFor(*first)) {
      TakeTexts(context, job.get(), budget);
    }
  }
}

void PooledRunner::TakeTexts(PooledContext* context, PooledJob* job, size_t budget) {
  const bool whole = model_.pooled.whole_texts;
  while (job->taken < job->order.size() &&
         pieces_.size() < static_cast<size_t>(context->max_sequences())) {
    const uint32_t text = job->order[job->taken];
    const size_t length = job->texts[text].size();
    const size_t batched = pieces_.empty() ? 0 : context->batch_size();
    // What the text in progress has left behind occupies cells as well.
    const size_t cells = context->capacity() - unfinished_.processed - batched;
    const size_t room = std::min(budget - std::min(budget, batched), cells);
    const bool alone = whole && pieces_.empty();
    if (length > context->capacity() || (!alone && (room == 0 || (whole && length > room)))) return;
    AddPiece(context, {job, text, FreeSequence(), 0, whole ? length : std::min(length, room)});
    ++job->taken;
  }
}

void PooledRunner::AddPiece(PooledContext* context, Piece piece) {
  piece.first_in_batch = pieces_.empty() ? 0 : context->batch_size();
  const std::vector<int32_t>& tokens = piece.job->texts[piece.text];
  for (size_t i = piece.first_token; i < piece.first_token + piece.count; ++i) {
    const bool second = i >= piece.job->second_segment.value_or(tokens.size());
    context->Add(tokens[i], i, piece.sequence, second);
  }
  if (std::find(batch_jobs_.begin(), batch_jobs_.end(), piece.job) == batch_jobs_.end()) {
    batch_jobs_.push_back(piece.job);
  }
  pieces_.push_back(piece);
}

llama_seq_id PooledRunner::FreeSequence() const {
  llama_seq_id free = 0;
  const auto taken = [&](const Piece& piece) { return piece.sequence == free; };
  while (std::any_of(pieces_.begin(), pieces_.end(), taken)) ++free;
  return free;
}

void PooledRunner::Measure(size_t tokens, Clock::duration duration) {
  const double seconds = std::max(std::chrono::duration<double>(duration).count(), 1e-6);
  const double rate = static_cast<double>(tokens) / seconds;
  constexpr double kWeight = 0.5;  // of the newest call
  tokens_per_second_ =
      tokens_per_second_ == 0 ? rate : tokens_per_second_ + kWeight * (rate - tokens_per_second_);
}

void PooledRunner::Collect(PooledContext* context) {
  unfinished_ = {};
  std::vector<std::pair<PooledJob*, Status>> failed;
  for (const Piece& piece : pieces_) {
    const size_t processed = piece.first_token + piece.count;
    Status status = CollectPiece(*context, piece);
    if (!status.ok()) failed.emplace_back(piece.job, std::move(status));
    if (processed < piece.job->texts[piece.text].size()) {
      unfinished_ = {context, piece.job, piece.text, piece.sequence, processed};
    } else {
      context->Forget(piece.sequence);
      ++piece.job->finished;
    }
    piece.job->tokens_done += piece.count;
  }
  for (PooledJob* job : batch_jobs_) {
    const auto fault = std::find_if(failed.begin(), failed.end(),
                                    [&](const auto& entry) { return entry.first == job; });
    if (fault != failed.end()) {
      End(job, {job->job, FailedEvent{std::move(fault->second)}});
      continue;
    }
    post_({job->job, ProgressEvent{"prefill", job->tokens_done, job->tokens_total}});
    if (job->complete()) End(job, {job->job, PooledOutcome(job, model_.pooled)});
  }
}

// Takes up what the engine computed for a piece, and completes the text's output at its end.
Status PooledRunner::CollectPiece(const PooledContext& context, const Piece& piece) {
  PooledJob& job = *piece.job;
  const size_t total = job.texts[piece.text].size();
  const size_t size = job.offsets[piece.text + 1] - job.offsets[piece.text];
  float* values = job.values.data() + job.offsets[piece.text];
  const bool ends = piece.first_token + piece.count == total;
  if (job.uses_head()) {
    if (!ends) return Status::Ok();
    if (Status status = CollectHead(context, piece, values); !status.ok()) return status;
  } else {
    for (size_t i = 0; i < piece.count; ++i) {
      const float* vector = context.TokenVector(piece.first_in_batch + i);
      if (vector == nullptr) return NoOutput();
      PoolToken(job.pooling, piece.first_token + i, total, vector, job.width, values);
    }
    if (!ends) return Status::Ok();
  }
  if (!AllFinite(values, size)) return OutputIsNotANumber();
  if (job.uses_head() || !job.normalize) return Status::Ok();
  for (size_t row = 0; row < size; row += static_cast<size_t>(job.width)) {
    Normalize(values + row, job.width);
  }
  return Status::Ok();
}

// Of a text's last piece; an encoder's texts have one only.
Status PooledRunner::CollectHead(const PooledContext& context, const Piece& piece, float* values) {
  const std::optional<FirstTokenHeadSpec>& own = model_.pooled.own_head;
  if (own.has_value()) {
    const float* vector = context.TokenVector(piece.first_in_batch);
    if (vector == nullptr) return NoOutput();
    if (!own_head_.has_value()) own_head_.emplace(model_.model.get(), *own);
    own_head_->Apply(vector, values);
    return Status::Ok();
  }
  const float* outputs = context.HeadOutputs(piece.sequence);
  if (outputs == nullptr) return NoOutput();
  std::copy_n(outputs, static_cast<size_t>(piece.job->width), values);
  return Status::Ok();
}

PooledContext::Output PooledRunner::OutputFor(const PooledJob& job) const {
  return job.uses_head() && !model_.pooled.own_head.has_value() ? PooledContext::Output::kHead
                                                                : PooledContext::Output::kTokens;
}

void PooledRunner::End(PooledJob* job, Event last) {
  if (unfinished_.job == job) {
    unfinished_.context->Forget(unfinished_.sequence);
    unfinished_ = {};
  }
  jobs_.erase(std::find_if(jobs_.begin(), jobs_.end(),
                           [&](const PooledJobPtr& entry) { return entry.get() == job; }));
  settle_(std::move(last));
}

void PooledRunner::DropCancelled() {
  for (size_t i = 0; i < jobs_.size();) {
    PooledJob* job = jobs_[i].get();
    if (job->cancel->cancelled()) {
      End(job, {job->job, FailedEvent{Status::Aborted()}});
    } else {
      ++i;
    }
  }
}

void PooledRunner::FailAll(const Status& status) {
  unfinished_ = {};
  for (const auto& row : contexts_) {
    for (const auto& context : row) {
      if (context != nullptr) context->ForgetAll();
    }
  }
  while (!jobs_.empty()) {
    PooledJob* job = jobs_.front().get();
    End(job, {job->job, FailedEvent{status}});
  }
}

std::vector<DeviceMemory> PooledRunner::memory() const {
  std::vector<DeviceMemory> devices;
  for (const auto& row : contexts_) {
    for (const auto& context : row) {
      if (context != nullptr) AddMemory(context->memory(), &devices);
    }
  }
  return devices;
}

}  // namespace abstractllm
