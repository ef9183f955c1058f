// Runs texts through the model for their vectors or scores, many per engine call. The
// other half of the inference thread's work, beside the decoder.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "embedding/first_token_head.h"
#include "embedding/pooled_context.h"
#include "embedding/pooled_job.h"
#include "event.h"
#include "loaded_model.h"

namespace abstractllm {

// Jobs take turns: each engine call starts with the texts of the job that waits longest,
// and the others fill it up.
//
// Thread: the inference thread. Owns: the jobs given to it, until their last event is
// posted, and the contexts that it needs.
class PooledRunner {
 public:
  // `post` receives progress, `settle` the one event that ends a job. `interrupted` is
  // asked between graph nodes of a CPU; true stops all work. `model` must outlive this.
  PooledRunner(const LoadedModel& model, std::function<void(Event)> post,
               std::function<void(Event)> settle, std::function<bool()> interrupted);
  PooledRunner(const PooledRunner&) = delete;
  PooledRunner& operator=(const PooledRunner&) = delete;

  // When it throws, `job` is still the caller's.
  void Add(PooledJobPtr&& job);
  bool idle() const { return jobs_.empty(); }
  // Makes one engine call, or ends jobs. Not when idle. With a `limit`, because streams
  // wait meanwhile, it takes no more tokens than the engine has lately done in that time;
  // only a text that cannot be split may take longer.
  void Step(std::optional<Clock::duration> limit);
  // Ends every job that was cancelled.
  void DropCancelled();
  // Ends all jobs with `status`.
  void FailAll(const Status& status);

  // What the contexts take beyond the weights, per device.
  std::vector<DeviceMemory> memory() const;

 private:
  // A stretch of one text in the current call.
  struct Piece {
    PooledJob* job;
    uint32_t text;
    llama_seq_id sequence;
    size_t first_token;
    size_t count;
    size_t first_in_batch = 0;
  };
  // The text that did not fit into a call with its end; at most one at a time.
  struct Unfinished {
    PooledContext* context = nullptr;  // where its tokens are
    PooledJob* job = nullptr;
    uint32_t text = 0;
    llama_seq_id sequence = 0;
    size_t processed = 0;
  };

  static bool ShouldAbort(void* runner);
  // Tokens that the time is enough for; nothing if there is no limit.
  size_t Budget(std::optional<Clock::duration> limit) const;
  // The right one for the texts that come next, of which `first` has the first.
  PooledContext* ChooseContext(const PooledJob& first);
  void Fill(PooledContext* context, PooledJob* first, size_t budget);
  // Adds texts of a job while there is room for the next.
  void TakeTexts(PooledContext* context, PooledJob* job, size_t budget);
  void AddPiece(PooledContext* context, Piece piece);
  llama_seq_id FreeSequence() const;
  void Measure(size_t tokens, Clock::duration duration);
  void Collect(PooledContext* context);
  Status CollectPiece(const PooledContext& context, const Piece& piece);
  Status CollectHead(const PooledContext& context, const Piece& piece, float* values);
  // What the engine has to compute for a job.
  PooledContext::Output OutputFor(const PooledJob& job) const;
  void End(PooledJob* job, Event last);

  const LoadedModel& model_;
  std::function<void(Event)> post_;
  std::function<void(Event)> settle_;
  std::function<bool()> interrupted_;
  // By output, then by attention; made when first needed.
  std::unique_ptr<PooledContext> contexts_[2][2];
  std::optional<FirstTokenHead> own_head_;  // made when first needed
  std::deque<PooledJobPtr> jobs_;
  std::vector<Piece> pieces_;
  std::vector<PooledJob*> batch_jobs_;  // those of pieces_, each once
  Unfinished unfinished_;
  double tokens_per_second_ = 0;  // lately; 0 before the first call
};

}  // namespace abstractllm
