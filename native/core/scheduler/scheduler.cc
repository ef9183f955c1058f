#include "scheduler/scheduler.h"

#include <algorithm>

namespace abstractllm {
namespace {

// Eviction frees this many cells at least: each costs a walk through the cache.
constexpr int32_t kEvictAtLeast = 64;
// A new sequence is admitted when this many cells stay free for each one that runs.
constexpr int32_t kHeadroom = 16;
// A prefix that another sequence is computing is waited for if it is this long.
constexpr int32_t kWorthWaiting = 16;

// The run of embeddings that the sequence computes next, or null.
const MediaRun* NextEmbeddings(const Sequence& sequence) {
  return RunAt(sequence.media, sequence.processed);
}

int32_t CommonPrefix(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  const auto end = a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size()));
  return static_cast<int32_t>(std::mismatch(a.begin(), end, b.begin()).first - a.begin());
}

}  // namespace

Scheduler::Scheduler(const SchedulerLimits& limits, KvMemory& memory)
    : limits_(limits), memory_(memory), tree_(memory, limits.sequences) {}

void Scheduler::Add(SequencePtr&& sequence) { waiting_.Add(std::move(sequence)); }

void Scheduler::Clear() {
  active_.clear();
  waiting_.Clear();
  tree_.Clear();
  admits_ = true;
  embedded_last_ = false;
}

StepPlan Scheduler::Plan() {
  StepPlan plan;
  TakeOverPrefixes();
  AdmitWaiting(&plan);
  if (!embedded_last_) PlanEmbeddings(&plan);
  if (plan.entries.empty()) PlanTokens(&plan);
  // Nothing else is to be done, or there is no room for it.
  if (plan.entries.empty()) PlanEmbeddings(&plan);
  // Only prompts run, and all cells are theirs: the youngest make room for the oldest.
  while (plan.entries.empty() && PreemptYoungest()) {
    PlanPrompts(&plan);
    if (plan.entries.empty()) PlanEmbeddings(&plan);
  }
  embedded_last_ = plan.embeddings;
  return plan;
}

// What other sequences have computed since the last call.
void Scheduler::TakeOverPrefixes() {
  for (const SequencePtr& sequence : active_) {
    if (sequence->decoding() || !Shares(*sequence)) continue;
    const int32_t depth = tree_.Advance(sequence->id, sequence->line(), ReusableSize(*sequence));
    Reuse(sequence.get(), depth);
  }
}

void Scheduler::Reuse(Sequence* sequence, int32_t depth) {
  if (depth <= sequence->processed) return;
  if (!sequence->resumed) sequence->cached += depth - sequence->processed;
  sequence->processed = depth;
}

void Scheduler::AdmitWaiting(StepPlan* plan) {
  // Who stepped back for a call without room must not come back into that very call.
  if (!admits_ && !active_.empty()) return;
  while (!waiting_.empty() && static_cast<int32_t>(active_.size()) < limits_.active) {
    if (!MayAdmit(waiting_.first())) return;
    const Sequence& next = waiting_.first();
    const SeqId id = tree_.Attach(next.line(), Shares(next) ? ReusableSize(next) : 0);
    if (id == kNoSequence) return;
    SequencePtr sequence = waiting_.TakeFirst();
    sequence->id = id;
    if (Shares(*sequence)) {
      Reuse(sequence.get(), tree_.Advance(id, sequence->line(), ReusableSize(*sequence)));
      Follow(sequence.get());
    }
    plan->admitted.push_back(sequence.get());
    const auto at = std::upper_bound(
        active_.begin(), active_.end(), sequence,
        [](const SequencePtr& a, const SequencePtr& b) { return a->place < b->place; });
    active_.insert(at, std::move(sequence));
  }
}

bool Scheduler::MayAdmit(const Sequence& sequence) const {
  if (active_.empty()) return true;
  int32_t shared = 0;
  if (Shares(sequence)) {
    FindLeader(sequence, &shared);
    shared = std::max(shared, tree_.Match(sequence.line(), ReusableSize(sequence)));
  }
  int32_t promised = 0;
  for (const SequencePtr& other : active_) {
    promised += other->size() - std::max(other->processed, other->leader_until) + kHeadroom;
  }
  const int32_t needed = sequence.size() - shared + 1;
  // What it shares may be among what could be evicted, and then is not free.
  const int32_t available = free_cells() + std::max(tree_.EvictableCells() - shared, 0);
  return needed + promised <= available;
}

// The oldest that can has its turn.
void Scheduler::PlanEmbeddings(StepPlan* plan) {
  const int32_t streams = decoding();
  for (const SequencePtr& sequence : active_) {
    const MediaRun* run = sequence->decoding() ? nullptr : NextEmbeddings(*sequence);
    if (run == nullptr || Waits(sequence.get())) continue;
    int32_t count = run->end() - sequence->processed;
    if (limits_.cuts_runs) {
      count = std::min(count, limits_.batch_tokens);
      if (streams > 0) count = std::min(count, times_.PromptTokensBeside(streams));
    }
    // The streams' next tokens have the call after this one.
    if (!EnsureCells(count + streams)) {
      if (!limits_.cuts_runs) continue;
      count = free_cells() - streams;
    }
    if (count <= 0) continue;
    plan->entries.push_back({sequence.get(), sequence->processed, count, 0, 0, 0});
    plan->tokens = count;
    plan->embeddings = true;
    return;
  }
}

void Scheduler::PlanTokens(StepPlan* plan) {
  PlanDecoding(plan);
  PlanPrompts(plan);
}

void Scheduler::PlanDecoding(StepPlan* plan) {
  const auto needed = [this] {
    int32_t cells = 0;
    for (const SequencePtr& sequence : active_) {
      if (sequence->decoding()) cells += 1 + static_cast<int32_t>(sequence->draft.size());
    }
    return cells;
  };
  if (!EnsureCells(needed())) {
    for (const SequencePtr& sequence : active_) sequence->draft.clear();
  }
  while (!EnsureCells(needed()) && PreemptYoungest()) {
  }
  for (const SequencePtr& sequence : active_) {
    if (!sequence->decoding()) continue;
    StepEntry entry = {sequence.get(), sequence->processed, 1, 0, plan->outputs, 1};
    // Each stream has its place in the batch; drafts share what is left.
    const auto others = static_cast<int32_t>(active_.size() - plan->entries.size()) - 1;
    const int32_t room =
        std::min(limits_.batch_tokens - plan->tokens, limits_.batch_outputs - plan->outputs) -
        others - 1;
    entry.drafts = std::clamp(static_cast<int32_t>(sequence->draft.size()), 0, std::max(room, 0));
    entry.outputs += entry.drafts;
    plan->tokens += entry.tokens();
    plan->outputs += entry.outputs;
    plan->entries.push_back(entry);
  }
  plan->decoded = plan->tokens;
}

void Scheduler::PlanPrompts(StepPlan* plan) {
  std::vector<Sequence*> prompts;  // the oldest, then the others, shortest first
  for (const SequencePtr& sequence : active_) {
    if (sequence->decoding() || NextEmbeddings(*sequence) != nullptr) continue;
    if (!Waits(sequence.get())) prompts.push_back(sequence.get());
  }
  if (prompts.empty()) return;
  std::stable_sort(prompts.begin() + 1, prompts.end(), [](const Sequence* a, const Sequence* b) {
    return a->remaining() < b->remaining();
  });
  int32_t budget = limits_.batch_tokens - plan->tokens;
  if (plan->decoded > 0 && times_.WantsDecoding(plan->decoded)) return;
  if (plan->decoded > 0) budget = std::min(budget, times_.PromptTokensBeside(plan->decoded));
  int32_t others = 0;
  for (size_t i = 1; i < prompts.size() && others < budget / 2; ++i) {
    others += prompts[i]->remaining();
  }
  // What the others do not need of their half is the oldest one's too.
  budget -= PlanChunk(prompts[0], budget - std::min(others, budget / 2), plan);
  for (size_t i = 1; i < prompts.size() && budget > 0; ++i) {
    budget -= PlanChunk(prompts[i], budget, plan);
  }
}

int32_t Scheduler::PlanChunk(Sequence* sequence, int32_t tokens, StepPlan* plan) {
  const int32_t rows = limits_.batch_outputs - plan->outputs;
  const bool every_row = sequence->output->wants_every_row();
  int32_t count = std::min(tokens, sequence->remaining());
  // Embeddings are for another call.
  if (const MediaRun* run = NextRun(sequence->media, sequence->processed); run != nullptr) {
    count = std::min(count, run->first - sequence->processed);
  }
  if (every_row) count = std::min(count, rows);
  if (!EnsureCells(plan->tokens + count)) count = free_cells() - plan->tokens;
  // Without a row for the last token the chunk ends before it.
  if (rows == 0 && count == sequence->remaining()) --count;
  if (count <= 0) return 0;
  StepEntry entry = {sequence, sequence->processed, count, 0, plan->outputs, 0};
  if (every_row) {
    entry.outputs = count;
  } else if (count == sequence->remaining()) {
    entry.outputs = 1;
  }
  plan->tokens += count;
  plan->outputs += entry.outputs;
  plan->entries.push_back(entry);
  return count;
}

// Whether another sequence is computing what this one needs next.
bool Scheduler::Waits(Sequence* sequence) {
  if (!Shares(*sequence)) return false;
  const auto leads = [&](const SequencePtr& other) {
    return other->place == sequence->leader && !other->decoding();
  };
  if (std::none_of(active_.begin(), active_.end(), leads)) Follow(sequence);
  return sequence->leader_until - sequence->processed >= kWorthWaiting;
}

void Scheduler::Follow(Sequence* sequence) {
  const Sequence* leader = FindLeader(*sequence, &sequence->leader_until);
  sequence->leader = leader == nullptr ? Place{} : leader->place;
}

// The older sequence that is processing the longest common prefix, and how long that is.
const Sequence* Scheduler::FindLeader(const Sequence& sequence, int32_t* until) const {
  const Sequence* leader = nullptr;
  *until = 0;
  for (const SequencePtr& other : active_) {
    if (other->decoding() || !Shares(*other) || other->place >= sequence.place) continue;
    const int32_t common =
        std::min(CommonPrefix(other->tokens, sequence.tokens), ReusableSize(sequence));
    if (common <= *until) continue;
    *until = common;
    leader = other.get();
  }
  return leader;
}

void Scheduler::Commit(const StepPlan& plan, double ms) {
  admits_ = true;
  int32_t prompt_tokens = 0;
  for (const StepEntry& entry : plan.entries) {
    Sequence* sequence = entry.sequence;
    const bool prompt = !sequence->decoding();
    sequence->processed = entry.first + entry.tokens();
    if (!prompt) continue;
    prompt_tokens += entry.count;
    if (Shares(*sequence)) tree_.Insert(sequence->id, sequence->line(), sequence->processed);
  }
  if (ms > 0) times_.Record(plan.decoded, prompt_tokens, ms);
}

void Scheduler::Rollback(const StepPlan& plan) {
  for (const StepEntry& entry : plan.entries) {
    TrimTo(entry.sequence, entry.sequence->processed);
  }
}

void Scheduler::TrimTo(Sequence* sequence, int32_t size) {
  // All of a grid is at one position.
  const MediaRun* run = RunAt(sequence->media, size);
  if (run != nullptr && run->grid()) size = run->first;
  if (memory_.Trim(sequence->id, PositionOf(sequence->media, size))) {
    sequence->processed = size;
    return;
  }
  // A state that cannot go back: from the beginning.
  memory_.Trim(sequence->id, 0);
  sequence->processed = 0;
  sequence->resumed = true;
}

void Scheduler::KeepAccepted(const StepEntry& entry) {
  Sequence* sequence = entry.sequence;
  sequence->draft.clear();
  if (entry.drafts == 0) return;
  // The newest token is not processed yet.
  const int32_t accepted = std::max(entry.first + entry.count, sequence->size() - 1);
  if (sequence->processed > accepted) TrimTo(sequence, accepted);
}

bool Scheduler::MakeRoom() {
  admits_ = false;
  const int32_t evictable = tree_.EvictableCells();
  if (evictable > 0) {
    tree_.Evict((evictable + 1) / 2);
    return true;
  }
  return PreemptYoungest();
}

SequencePtr Scheduler::Remove(Sequence* sequence, bool keep) {
  if (SequencePtr waited = waiting_.Take(*sequence); waited != nullptr) return waited;
  const auto found =
      std::find_if(active_.begin(), active_.end(),
                   [&](const SequencePtr& candidate) { return candidate.get() == sequence; });
  if (found == active_.end()) return nullptr;
  SequencePtr removed = std::move(*found);
  active_.erase(found);
  if (keep && Shares(*removed)) {
    tree_.Insert(removed->id, removed->line(), removed->processed);
  }
  tree_.Release(removed->id, keep);
  removed->id = kNoSequence;
  removed->processed = 0;
  removed->draft.clear();
  removed->leader = {};
  removed->leader_until = 0;
  return removed;
}

bool Scheduler::EnsureCells(int32_t count) {
  const int32_t missing = count - free_cells();
  if (missing <= 0) return true;
  tree_.Evict(std::max(missing, kEvictAtLeast));
  return free_cells() >= count;
}

bool Scheduler::PreemptYoungest() {
  if (active_.size() < 2) return false;
  Sequence* youngest = active_.back().get();
  const bool ran = youngest->processed > 0;
  SequencePtr removed = Remove(youngest, /*keep=*/true);
  removed->resumed = removed->resumed || ran;
  ++preemptions_;
  waiting_.Add(std::move(removed));
  return true;
}

int32_t Scheduler::cells_used() const {
  int32_t cells = tree_.cells();
  for (const SequencePtr& sequence : active_) {
    cells += sequence->processed - tree_.Depth(sequence->id);
  }
  return cells;
}

int32_t Scheduler::decoding() const {
  return static_cast<int32_t>(
      std::count_if(active_.begin(), active_.end(),
                    [](const SequencePtr& sequence) { return sequence->decoding(); }));
}

}  // namespace abstractllm
