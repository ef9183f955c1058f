#include "decoder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace abstractllm {
namespace {

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Status NoCells() {
  return Status::Error(
      Code::kResource, "The KV cache has no room left for this call.",
      {{"remedies", std::vector<std::string>{"Set kv_cache_tokens to a larger number of tokens.",
                                             "Shorten the input, or lower max_tokens."}}});
}

Status EngineFailed(const std::string& reason) {
  return Status::Error(Code::kGeneration, "The engine could not process the tokens: " + reason,
                       {{"engine_error", reason}});
}

// One entry of a plan, as a plan.
StepPlan Only(const StepEntry& entry) {
  StepPlan plan;
  plan.entries.push_back(entry);
  plan.tokens = entry.tokens();
  plan.outputs = entry.outputs;
  return plan;
}

// Sequences may be gone when their entries' turn comes; their jobs' ids are not.
std::vector<JobId> JobsOf(const StepPlan& plan) {
  std::vector<JobId> jobs;
  for (const StepEntry& entry : plan.entries) jobs.push_back(entry.sequence->job);
  return jobs;
}

}  // namespace

Decoder::Decoder(const SchedulerLimits& limits, KvMemory& memory, BatchRunner& batch,
                 std::unique_ptr<Drafter> draft_model, PostEvent post,
                 std::function<void(Event)> settle)
    : post_(std::move(post)),
      settle_(std::move(settle)),
      batch_(batch),
      scheduler_(limits, memory),
      speculator_(std::move(draft_model)) {}

void Decoder::Add(SequencePtr&& sequence) { scheduler_.Add(std::move(sequence)); }

void Decoder::Step() {
  DropCancelled();
  if (idle()) return;
  speculator_.Draft(scheduler_);
  const StepPlan plan = scheduler_.Plan();
  if (plan.entries.empty()) {
    // Cannot be, and would wait forever.
    FailAll(Status::Error(Code::kInternal, "The scheduler found nothing to compute."));
    return;
  }
  Begin(plan);
  Run(plan);
}

void Decoder::Begin(const StepPlan& plan) {
  for (Sequence* sequence : plan.admitted) {
    if (sequence->started) continue;
    sequence->started = true;
    sequence->output->Start();
    ReportProgress(*sequence);
  }
}

void Decoder::Run(const StepPlan& plan) {
  const Clock::time_point start = Clock::now();
  std::string reason;
  switch (batch_.Run(plan.entries.data(), plan.entries.size(), &reason)) {
    case RunOutcome::kDone: {
      scheduler_.Commit(plan, MillisecondsSince(start));
      std::set<JobId> ended;
      TakeOutputs(plan, &ended);
      return;
    }
    case RunOutcome::kStopped:
      scheduler_.Rollback(plan);
      DropCancelled();
      return;
    case RunOutcome::kNoCells:
      scheduler_.Rollback(plan);
      if (!scheduler_.MakeRoom()) Fail(plan.entries.front().sequence->job, NoCells());
      return;
    case RunOutcome::kFailed:
      scheduler_.Rollback(plan);
      if (plan.entries.size() > 1) {
        RunAlone(plan);
      } else {
        Fail(plan.entries.front().sequence->job, EngineFailed(reason));
      }
  }
}

void Decoder::RunAlone(const StepPlan& plan) {
  std::set<JobId> ended;
  const std::vector<JobId> jobs = JobsOf(plan);
  for (size_t i = 0; i < jobs.size(); ++i) {
    // The end of a job takes all of its sequences with it.
    if (ended.count(jobs[i]) > 0) continue;
    const StepEntry& entry = plan.entries[i];
    // A state that could not go back begins again, with a later plan.
    if (entry.first != entry.sequence->processed) continue;
    std::string reason;
    const RunOutcome outcome = batch_.Run(&entry, 1, &reason);
    if (outcome == RunOutcome::kDone) {
      // Without a time: such a call says nothing of usual ones.
      scheduler_.Commit(Only(entry), 0);
      TakeOutputs(Only(entry), &ended);
      continue;
    }
    scheduler_.Rollback(Only(entry));
    if (outcome == RunOutcome::kStopped) continue;
    ended.insert(jobs[i]);
    Fail(jobs[i], outcome == RunOutcome::kNoCells ? NoCells() : EngineFailed(reason));
  }
}

void Decoder::TakeOutputs(const StepPlan& plan, std::set<JobId>* ended) {
  const std::vector<JobId> jobs = JobsOf(plan);
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (ended->count(jobs[i]) > 0) continue;
    const StepEntry& entry = plan.entries[i];
    if (entry.first < entry.sequence->prompt_size) ReportProgress(*entry.sequence);
    if (entry.outputs == 0) continue;
    Status status = TakeOutput(entry);
    if (status.ok()) continue;
    ended->insert(jobs[i]);
    Fail(jobs[i], status);
  }
}

Status Decoder::TakeOutput(const StepEntry& entry) {
  Sequence* sequence = entry.sequence;
  const OutputRows rows = {
      entry.first + entry.tokens() - entry.outputs, entry.outputs,
      [this, &entry](int32_t row) { return batch_.Row(entry.first_output + row); }};
  const int32_t size = sequence->size();
  const Result<Verdict> verdict = sequence->output->Take(sequence, rows, post_);
  Speculator::Learn(sequence, entry.drafts,
                    std::clamp(sequence->size() - size - 1, 0, entry.drafts));
  scheduler_.KeepAccepted(entry);
  if (!verdict.ok()) return verdict.status();
  switch (verdict.value()) {
    case Verdict::kContinue:
      break;
    case Verdict::kRestart: {
      SequencePtr restarted = scheduler_.Remove(sequence, /*keep=*/false);
      restarted->resumed = true;
      scheduler_.Add(std::move(restarted));
      break;
    }
    case Verdict::kFinished: {
      const SequencePtr finished = scheduler_.Remove(sequence, /*keep=*/true);
      std::optional<DoneEvent> done = finished->output->Finish(finished.get(), post_);
      if (done.has_value()) settle_({finished->job, std::move(*done)});
      break;
    }
  }
  return Status::Ok();
}

void Decoder::ReportProgress(const Sequence& sequence) {
  if (!sequence.reports_progress || sequence.resumed) return;
  const auto done = static_cast<uint64_t>(std::min(sequence.processed, sequence.prompt_size));
  post_(
      {sequence.job, ProgressEvent{"prefill", done, static_cast<uint64_t>(sequence.prompt_size)}});
}

void Decoder::Fail(JobId job, const Status& status) {
  std::vector<Sequence*> sequences;
  scheduler_.ForEach([&](Sequence& sequence) {
    if (sequence.job == job) sequences.push_back(&sequence);
  });
  // What failed may have left its failure in the cache, where others would find it.
  const bool keep = status.code == Code::kAborted;
  for (Sequence* sequence : sequences) scheduler_.Remove(sequence, keep);
  settle_({job, FailedEvent{status}});
}

void Decoder::DropCancelled() {
  std::set<JobId> cancelled;
  scheduler_.ForEach([&](Sequence& sequence) {
    if (sequence.cancel->cancelled()) cancelled.insert(sequence.job);
  });
  for (const JobId job : cancelled) Fail(job, Status::Aborted());
}

void Decoder::FailAll(const Status& status) {
  std::map<JobId, Event> ends;
  scheduler_.ForEach([&](const Sequence& sequence) {
    ends.emplace(sequence.job, Event{sequence.job, FailedEvent{status}});
  });
  scheduler_.Clear();
  for (auto& [job, end] : ends) settle_(std::move(end));
}

}  // namespace abstractllm
