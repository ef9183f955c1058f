// Runs sequences through the model: what the scheduler plans, the engine computes, and
// each sequence takes its own output. Knows no threads and no JavaScript: whoever owns it
// decides when to step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine_batch.h"
#include "event.h"
#include "scheduler/scheduler.h"
#include "sequence.h"
#include "speculation/speculator.h"

namespace abstractllm {

// Thread: the inference thread.
// Owns: the sequences given to it, until their job's last event is posted.
class Decoder {
 public:
  // `post` receives text and progress, `settle` the one event that ends a job.
  // `memory` and `batch` must outlive the decoder. `draft_model` may be null.
  Decoder(const SchedulerLimits& limits, KvMemory& memory, BatchRunner& batch,
          std::unique_ptr<Drafter> draft_model, PostEvent post, std::function<void(Event)> settle);

  // When it throws, `sequence` is still the caller's.
  void Add(SequencePtr&& sequence);
  bool idle() const { return scheduler_.idle(); }
  // Makes one engine call. Not when idle.
  void Step();
  // Ends every job that was cancelled.
  void DropCancelled();
  // Ends all jobs with `status`, and forgets what is in the cache: after an exception it may be
  // anything. When it throws, nothing has changed.
  void FailAll(const Status& status);

  const Scheduler& scheduler() const { return scheduler_; }

 private:
  void Begin(const StepPlan& plan);
  void Run(const StepPlan& plan);
  // The call failed as a whole: one by one, so that only the culprits fail.
  void RunAlone(const StepPlan& plan);
  // Skips the jobs in `ended`, and adds those that this ends with a failure.
  void TakeOutputs(const StepPlan& plan, std::set<JobId>* ended);
  Status TakeOutput(const StepEntry& entry);
  void ReportProgress(const Sequence& sequence);
  // Ends the job and all its sequences.
  void Fail(JobId job, const Status& status);

  PostEvent post_;
  std::function<void(Event)> settle_;
  BatchRunner& batch_;
  Scheduler scheduler_;
  Speculator speculator_;
};

}  // namespace abstractllm
