// Runs sequences through the model, one engine call per step. Knows no threads and no
// JavaScript: whoever owns it decides when to step.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "event.h"
#include "llama.h"
#include "loaded_model.h"
#include "sequence.h"

namespace abstractllm {

// Thread: the inference thread, except cells_used.
// Owns: the sequences given to it, until their last event is posted.
class Decoder {
 public:
  // `post` receives text and progress, `settle` the one event that ends a job.
  // `interrupted` is asked between graph nodes of a CPU; true stops all work.
  // `model` must outlive the decoder.
  Decoder(LoadedModel& model, std::function<void(Event)> post, std::function<void(Event)> settle,
          std::function<bool()> interrupted);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void Add(SequencePtr sequence);
  bool idle() const { return active_ == nullptr && waiting_.empty(); }
  // Makes one engine call, or ends one job. Not when idle.
  void Step();
  // Ends every job that was cancelled and is not in the middle of an engine call.
  void DropCancelled();
  // Ends all jobs with `status`.
  void FailAll(const Status& status);

  // Cells of the KV cache in use. Thread: any.
  uint64_t cells_used() const { return cells_used_.load(std::memory_order_relaxed); }

 private:
  static bool ShouldAbort(void* decoder);

  void Activate();
  // Fills batch_ with the next chunk; returns how many tokens.
  int32_t FillBatch();
  Status Decode();
  void AfterPromptChunk();
  Status ScoreChunk(int32_t count, size_t first);
  Status AcceptNextToken();
  void Finish();
  void End(Event last);
  void FreeCells();

  LoadedModel& model_;
  std::function<void(Event)> post_;
  std::function<void(Event)> settle_;
  std::function<bool()> interrupted_;
  llama_batch batch_;
  std::deque<SequencePtr> waiting_;
  SequencePtr active_;
  std::string piece_;
  std::atomic<uint64_t> cells_used_{0};
};

}  // namespace abstractllm
