// Plays the part of the decoder for the scheduler, over a fake memory and a fake model, and
// checks every step of it against the rules.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "scheduler/scheduler.h"
#include "scheduler_fake_memory.h"
#include "scheduler_fake_model.h"
#include "scheduler_faults.h"
#include "scheduler_random.h"

namespace abstractllm::test {

// What may go wrong, as probabilities per step.
struct Hazards {
  double no_room = 0;  // the engine finds no cells
  double stopped = 0;  // the call is interrupted in its middle
  double failed = 0;   // the call fails in its middle, and one sequence is to blame
  double abort = 0;    // a client gives up on a sequence, wherever it is

  bool any_in_calls() const { return no_room + stopped + failed > 0; }
};

struct PlayerOptions {
  SchedulerLimits limits;
  FakeMemory::Kind memory = FakeMemory::Kind::kCells;
  Hazards hazards;
  // Guesses beside each token that is decoded, right more often than not.
  int32_t longest_draft = 0;
  // Compares everything that sequences read with their tokens, in every step.
  bool thorough = true;
  double call_ms = 10;
  double token_ms = 1;
  uint64_t seed = 0;
};

// How a sequence ended.
struct Ending {
  enum class Kind { kFinished, kAborted, kFailed };
  Kind kind = Kind::kFinished;
  Digest result = kNoTokens;
  int32_t generated = 0;
  std::vector<int32_t> tokens;
  int32_t prompt_size = 0;
  int32_t cached = 0;
  bool resumed = false;
  // Tokens that the engine computed for it.
  int32_t computed = 0;
  // The time of the player's clock, in milliseconds.
  double submitted_ms = 0;
  double admitted_ms = -1;  // negative: never
  // Calls made since it was submitted, without those that failed.
  uint64_t calls = 0;
  // Sequences that came later and were admitted earlier.
  int32_t overtaken = 0;
};

// Thread: the test's. Owns: the scheduler and all below it.
class Player {
 public:
  explicit Player(const PlayerOptions& options);

  JobId Submit(const Wish& wish);
  void Abort(JobId job);
  // One plan, and what becomes of it.
  void Step();
  // Steps until nothing is left to do, or a rule is broken.
  void Finish();
  // Ends what is cached, after which nothing may be in use. When idle.
  void CheckNothingLeft();

  // Called at each end; `job` is forgotten afterwards.
  std::function<void(JobId job, const Ending& ending)> on_end;

  bool idle() const { return scheduler_.idle(); }
  bool running(JobId job) const { return tales_.count(job) > 0; }
  bool admitted(JobId job) const { return tales_.at(job).ending.admitted_ms >= 0; }
  Scheduler& scheduler() { return scheduler_; }
  const FakeMemory& memory() const { return memory_; }
  Faults& faults() { return faults_; }
  double now_ms() const { return now_ms_; }
  void WaitUntil(double ms) { now_ms_ = ms > now_ms_ ? ms : now_ms_; }
  uint64_t calls() const { return calls_; }
  const StepPlan& last_plan() const { return plan_; }

 private:
  struct Tale {
    Wish wish;
    Sequence* sequence = nullptr;
    const FakeOutput* output = nullptr;
    Ending ending;
    // The most calls that all before it and itself can need.
    uint64_t patience = 0;
  };

  void MeetHazardsBetweenCalls();
  void InspectPlan();
  // What calls for embeddings and for tokens do to streams.
  void InspectTurns(int32_t streams, int32_t decoded, int32_t prompt_tokens);
  void InspectEntry(const StepEntry& entry);
  void InspectKind(const StepEntry& entry);
  void Admit();
  // Runs the first `tokens` tokens of the plan.
  void Compute(int32_t tokens);
  void ComputeAll();
  void HandOut(const StepEntry& entry);
  void Guess(Sequence* sequence);
  void Restart(Sequence* sequence);
  void End(JobId job, Ending::Kind kind, bool keep);
  void InspectMemory();
  void CountPatience(Tale* tale);

  PlayerOptions options_;
  Faults faults_;
  FakeMemory memory_;
  Scheduler scheduler_;
  Random random_;
  std::map<JobId, Tale> tales_;
  StepPlan plan_;
  std::vector<Digest> rows_;
  JobId jobs_ = 0;
  double now_ms_ = 0;
  uint64_t calls_ = 0;
  bool embedded_last_ = false;
  bool embeds_ = false;  // some wish has a picture
};

}  // namespace abstractllm::test
