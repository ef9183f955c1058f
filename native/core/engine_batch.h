// One engine call: the entries of a plan as a llama_batch, and the logits that come back.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "llama.h"
#include "loaded_model.h"
#include "scheduler/scheduler.h"

namespace abstractllm {

enum class RunOutcome {
  kDone,
  kStopped,  // by cancellation: some tokens may be in the cache
  kNoCells,  // the engine found no room; nothing changed
  kFailed,
};

// Implemented by EngineBatch, and by a fake one in tests. Thread: the inference thread.
class BatchRunner {
 public:
  virtual ~BatchRunner() = default;
  // Computes `count` entries of one plan. `reason` gets the engine's words on kFailed.
  virtual RunOutcome Run(const StepEntry* entries, size_t count, std::string* reason) = 0;
  // The logits of an output of the entries that were run last, by its number in the plan.
  // Valid until the next Run; null if there are none.
  virtual float* Row(int32_t output) = 0;
};

// `model` must outlive it. `interrupted` is asked between graph nodes of a CPU, beside
// whether all sequences of the batch are cancelled; true stops the call.
class EngineBatch final : public BatchRunner {
 public:
  EngineBatch(LoadedModel& model, std::function<bool()> interrupted);
  ~EngineBatch() override;
  EngineBatch(const EngineBatch&) = delete;
  EngineBatch& operator=(const EngineBatch&) = delete;

  RunOutcome Run(const StepEntry* entries, size_t count, std::string* reason) override;
  float* Row(int32_t output) override;

 private:
  static bool ShouldAbort(void* batch);
  RunOutcome RunEntries(const StepEntry* entries, size_t count, std::string* reason);
  int32_t Compute();
  // Reads a sequence's source into the context, where it stays for the decoder.
  int32_t Encode(const Sequence& sequence);
  // An entry of embeddings, which `run` is the run of.
  int32_t DecodeRun(const StepEntry& entry, const MediaRun& run);
  void FillPositions(const StepEntry& entry, const MediaRun& run);
  void Fill();
  void AddToken(int32_t token, int32_t position, const Sequence& sequence, bool wants_logits);
  // What is not the token itself.
  void AddPlace(int32_t position, const Sequence& sequence, bool wants_logits);

  LoadedModel& model_;
  std::function<bool()> interrupted_;
  llama_batch batch_;
  // Of embeddings: one per token, or with M-RoPE four, all of the first axis first.
  std::vector<llama_pos> positions_;
  const StepEntry* entries_ = nullptr;  // while a call runs
  size_t count_ = 0;
  int32_t first_output_ = 0;
  std::vector<int32_t> row_of_output_;  // the batch's index of each output
};

}  // namespace abstractllm
