// What a decoder without threads works on in tests: a real, tiny model, and a record of what
// became of its jobs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "context_memory.h"
#include "engine_batch.h"
#include "event.h"
#include "media/media_support.h"
#include "scheduler/scheduler.h"
#include "sequence.h"
#include "tiny_model.h"

namespace abstractllm::test {

// Tests add the decoder and what stands between it and the engine, as members of a class of
// their own. Thread: one.
class DecoderBench {
 public:
  // What fits the tiny model.
  static SchedulerLimits Limits();

  // `media` gives the model what it needs for pictures; null: text only.
  explicit DecoderBench(const TinyLlama& shape = {}, const MediaLoader* media = nullptr);
  DecoderBench(const DecoderBench&) = delete;
  DecoderBench& operator=(const DecoderBench&) = delete;

  // One sequence per completion, with one cancel token; none if `refused` says why.
  std::vector<SequencePtr> Prepare(JobId id, GenerateRequest request);
  // Of a job that is done.
  const GenerateResult& ResultOf(JobId job);
  // kOk for a job that is done; kInternal unless it has ended exactly once.
  Code CodeOf(JobId job);
  LoadedModel& model() { return *model_; }

  // By job and completion.
  std::map<std::pair<JobId, int32_t>, std::string> text;
  std::map<JobId, std::vector<Event>> ends;
  Status refused;

 protected:
  // For the decoder's `post` and `settle`.
  PostEvent KeepText();
  std::function<void(Event)> KeepEnd();

  ContextMemory& memory() { return memory_; }
  EngineBatch& engine_batch() { return engine_batch_; }

 private:
  TinyModelFile file_;
  std::unique_ptr<LoadedModel> model_;
  ContextMemory memory_;
  EngineBatch engine_batch_;
};

}  // namespace abstractllm::test
