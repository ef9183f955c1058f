// Decides what each engine call computes: continuous batching over one KV cache.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scheduler/kv_memory.h"
#include "scheduler/prefix_tree.h"
#include "scheduler/step_times.h"
#include "scheduler/waiting_line.h"
#include "sequence.h"

namespace abstractllm {

struct SchedulerLimits {
  int32_t cells = 0;          // of the KV cache; no sequence needs more
  int32_t sequences = 1;      // ids in the KV cache, running and cached ones
  int32_t active = 1;         // sequences that run at once; at most sequences, batch_*
  int32_t batch_tokens = 1;   // tokens of one engine call
  int32_t batch_outputs = 1;  // rows of logits of one engine call
  bool shares_prefixes = true;
  // Whether embeddings are read like text, so that a run of them may be cut into chunks. Else
  // each is computed whole; no sequence has a run longer than batch_tokens then.
  bool cuts_runs = true;
};

// tokens[first, first + count) of a sequence, then its draft. All tokens, or all of one run of
// embeddings.
struct StepEntry {
  Sequence* sequence = nullptr;
  int32_t first = 0;
  int32_t count = 0;
  int32_t drafts = 0;
  // Where the rows of logits begin: every token of the entry has one, or only the last of
  // `count` and the drafts behind it, or none.
  int32_t first_output = 0;
  int32_t outputs = 0;

  int32_t tokens() const { return count + drafts; }
};

struct StepPlan {
  std::vector<StepEntry> entries;
  int32_t tokens = 0;
  int32_t outputs = 0;
  int32_t decoded = 0;  // tokens of streams that only wait for their next one
  // Sequences that begin with this call.
  std::vector<Sequence*> admitted;
  // The only entry is of embeddings.
  bool embeddings = false;
};

// Policy, without an engine: who computes, what is shared, evicted and preempted.
//
// - Streams that decode take part in every call. Prompts fill the rest of it in chunks; a
//   chunk beside streams is as long as delays them by StepTimes::kStretch at most. The
//   oldest prompt gets at least half, the shortest the rest.
// - An engine call takes tokens or embeddings. Those of pictures come one run at a time, in
//   turns with calls for tokens: between two tokens of a stream is one such call at most.
// - Sequences whose beginnings are in the cache, or are being computed by another, share
//   those cells instead of computing them.
// - When cells run out: what is only cached goes first, then the youngest sequences step
//   back into the line; they come back with their text so far, and go on.
//
// Life of a sequence: Add; then Plan, and Commit or Rollback, again and again; Remove.
// Thread: the inference thread. Owns: the sequences. `memory` must outlive it.
class Scheduler {
 public:
  Scheduler(const SchedulerLimits& limits, KvMemory& memory);

  // When it throws, `sequence` is still the caller's.
  void Add(SequencePtr&& sequence);
  // Drops all sequences, and all that is in the cache. Does not throw, and takes whatever state an
  // exception has left.
  void Clear();
  bool idle() const { return active_.empty() && waiting_.empty(); }

  // The next engine call; has entries unless idle.
  StepPlan Plan();
  // The call was made and took `ms` milliseconds, or 0 if that is not worth learning: its
  // tokens are in the cache.
  void Commit(const StepPlan& plan, double ms);
  // The call failed or was stopped: nothing of it counts.
  void Rollback(const StepPlan& plan);
  // After a sequence has taken its rows: gives up the cells of drafts that were wrong.
  void KeepAccepted(const StepEntry& entry);
  // The engine found no cells although they were counted free. False if nothing can be
  // evicted and nobody can step back.
  bool MakeRoom();
  // Takes a sequence out, wherever it is. What it computed stays in the cache, if `keep`;
  // its tokens must then be those that were computed. It may be added again.
  SequencePtr Remove(Sequence* sequence, bool keep);

  // In no particular order. `visit` must not change the scheduler.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const SequencePtr& sequence : active_) visit(*sequence);
    waiting_.ForEach(visit);
  }

  int32_t cells_used() const;
  // Streams that wait for nothing but their next token.
  int32_t decoding() const;
  size_t active() const { return active_.size(); }
  size_t waiting() const { return waiting_.size(); }
  uint64_t preemptions() const { return preemptions_; }
  const StepTimes& times() const { return times_; }

 private:
  // Gives up cells behind the first `size` tokens, or more where that is impossible.
  void TrimTo(Sequence* sequence, int32_t size);
  void TakeOverPrefixes();
  // The first `depth` tokens come from the cache, if that is more than are processed.
  static void Reuse(Sequence* sequence, int32_t depth);
  void AdmitWaiting(StepPlan* plan);
  bool MayAdmit(const Sequence& sequence) const;
  // Embeddings, if it is their turn.
  void PlanEmbeddings(StepPlan* plan);
  void PlanTokens(StepPlan* plan);
  void PlanDecoding(StepPlan* plan);
  void PlanPrompts(StepPlan* plan);
  // Adds a chunk of the sequence's prompt of at most `tokens`; returns how many.
  int32_t PlanChunk(Sequence* sequence, int32_t tokens, StepPlan* plan);
  bool Waits(Sequence* sequence);
  void Follow(Sequence* sequence);
  const Sequence* FindLeader(const Sequence& sequence, int32_t* until) const;
  // Frees cells until `count` are free; false if that is not possible.
  bool EnsureCells(int32_t count);
  int32_t free_cells() const { return limits_.cells - cells_used(); }
  // The one that was last in line steps back into it. False if there is only one.
  bool PreemptYoungest();
  // How much of the sequence may come from the cache: its last token is always computed,
  // for its logits.
  static int32_t ReusableSize(const Sequence& sequence) { return sequence.size() - 1; }
  bool Shares(const Sequence& sequence) const {
    return limits_.shares_prefixes && sequence.reuses_prefix;
  }

  SchedulerLimits limits_;
  KvMemory& memory_;
  PrefixTree tree_;
  WaitingLine waiting_;
  std::vector<SequencePtr> active_;  // by place
  StepTimes times_;
  bool admits_ = true;
  bool embedded_last_ = false;  // the last call was for embeddings
  uint64_t preemptions_ = 0;
};

}  // namespace abstractllm
