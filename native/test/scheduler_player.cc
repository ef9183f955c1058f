#include "scheduler_player.h"

#include <algorithm>
#include <set>
#include <utility>

namespace abstractllm::test {
namespace {

constexpr double kGuessIsRight = 0.7;
constexpr uint64_t kVerifyEvery = 16;

bool Active(const Sequence& sequence) { return sequence.id != kNoSequence; }

// Counted one token after the other.
int32_t PositionByHand(const MediaRuns& runs, int32_t index) {
  int32_t position = 0;
  int32_t at = 0;
  for (const MediaRun& run : runs) {
    if (index < run.first) break;
    position += run.first - at;
    at = run.first;
    if (index < run.first + run.count) return run.rows > 0 ? position : position + index - at;
    position += run.rows > 0 ? std::max(run.rows, run.columns) : run.count;
    at += run.count;
  }
  return position + index - at;
}

// Calls that a sequence can take when nobody is before it: one for each token, and those
// in which streams take the last cells.
uint64_t CallsAlone(const Wish& wish, const SchedulerLimits& limits) {
  const int32_t tokens = wish.most_tokens() * (wish.restart_after > 0 ? 2 : 1);
  return static_cast<uint64_t>(tokens + limits.active);
}

}  // namespace

Player::Player(const PlayerOptions& options)
    : options_(options),
      memory_(options.limits.cells, options.limits.sequences, options.memory, faults_),
      scheduler_(options.limits, memory_),
      random_(options.seed) {}

JobId Player::Submit(const Wish& wish) {
  const JobId job = ++jobs_;
  auto sequence = std::make_unique<Sequence>();
  auto output = std::make_unique<FakeOutput>(wish, faults_);
  sequence->job = job;
  sequence->tokens = wish.prompt;
  sequence->media = wish.media;
  embeds_ = embeds_ || !wish.media.empty();
  sequence->prompt_size = static_cast<int32_t>(wish.prompt.size());
  sequence->priority = wish.priority;
  sequence->reuses_prefix = wish.reuses_prefix;

  Tale& tale = tales_[job];
  tale.wish = wish;
  tale.sequence = sequence.get();
  tale.output = output.get();
  tale.ending.submitted_ms = now_ms_;
  tale.ending.calls = calls_;
  sequence->output = std::move(output);
  scheduler_.Add(std::move(sequence));
  if (options_.thorough) CountPatience(&tale);
  return job;
}

void Player::CountPatience(Tale* tale) {
  const uint64_t own = CallsAlone(tale->wish, options_.limits);
  tale->patience += own;
  for (auto& [job, other] : tales_) {
    if (&other == tale) continue;
    const bool before = other.sequence->place < tale->sequence->place;
    if (before || Active(*other.sequence)) {
      tale->patience += CallsAlone(other.wish, options_.limits);
    }
    if (!before) other.patience += own;
  }
}

void Player::Abort(JobId job) { End(job, Ending::Kind::kAborted, /*keep=*/true); }

void Player::Finish() {
  while (!idle() && !faults_.any()) Step();
}

void Player::Step() {
  MeetHazardsBetweenCalls();
  if (idle()) return;
  plan_ = scheduler_.Plan();
  InspectPlan();
  if (faults_.any()) return;
  Admit();
  if (random_.Chance(options_.hazards.no_room)) {
    scheduler_.Rollback(plan_);
    scheduler_.MakeRoom();
  } else if (random_.Chance(options_.hazards.stopped)) {
    Compute(random_.Below(plan_.tokens + 1));
    scheduler_.Rollback(plan_);
  } else if (random_.Chance(options_.hazards.failed)) {
    Compute(random_.Below(plan_.tokens + 1));
    scheduler_.Rollback(plan_);
    const auto culprit = random_.Below(static_cast<int32_t>(plan_.entries.size()));
    End(plan_.entries[culprit].sequence->job, Ending::Kind::kFailed, /*keep=*/false);
  } else {
    ComputeAll();
  }
  InspectMemory();
}

void Player::MeetHazardsBetweenCalls() {
  if (tales_.empty() || !random_.Chance(options_.hazards.abort)) return;
  auto victim = tales_.begin();
  std::advance(victim, random_.Below(static_cast<int32_t>(tales_.size())));
  End(victim->first, Ending::Kind::kAborted, /*keep=*/random_.Chance(0.5));
}

void Player::InspectPlan() {
  faults_.Expect(!plan_.entries.empty(), "a plan has entries unless idle");
  faults_.Expect(plan_.tokens <= options_.limits.batch_tokens, "a plan fits into a batch");
  faults_.Expect(plan_.outputs <= options_.limits.batch_outputs, "a plan's rows fit");
  faults_.ExpectEqual(memory_.used(), scheduler_.cells_used(), "cells are counted");
  faults_.Expect(memory_.used() + plan_.tokens <= options_.limits.cells, "a plan fits into cells");
  faults_.Expect(static_cast<int32_t>(scheduler_.active()) <= options_.limits.active,
                 "no more run at once than allowed");
  int32_t tokens = 0;
  int32_t outputs = 0;
  int32_t decoded = 0;
  int32_t streams = 0;
  std::set<const Sequence*> seen;
  for (const StepEntry& entry : plan_.entries) {
    faults_.Expect(seen.insert(entry.sequence).second, "a sequence is in a plan once");
    faults_.ExpectEqual(entry.first_output, outputs, "rows follow each other");
    InspectEntry(entry);
    tokens += entry.tokens();
    outputs += entry.outputs;
    if (!entry.sequence->decoding()) continue;
    decoded += entry.tokens();
    ++streams;
  }
  faults_.ExpectEqual(plan_.tokens, tokens, "a plan's tokens are its entries'");
  faults_.ExpectEqual(plan_.outputs, outputs, "a plan's rows are its entries'");
  faults_.ExpectEqual(plan_.decoded, decoded, "a plan counts what is decoded");
  InspectTurns(streams, decoded, tokens - decoded);
  for (const Sequence* sequence : plan_.admitted) {
    faults_.Expect(Active(*sequence), "who is admitted stays for the call");
  }
}

void Player::InspectTurns(int32_t streams, int32_t decoded, int32_t prompt_tokens) {
  const int32_t decoding = scheduler_.decoding();
  const int32_t beside = plan_.embeddings ? decoding : decoded;
  if (plan_.embeddings) {
    faults_.ExpectEqual(plan_.entries.size(), size_t{1}, "embeddings have a call of their own");
    faults_.Expect(decoding == 0 || !embedded_last_, "streams wait for embeddings once");
  } else {
    faults_.ExpectEqual(streams, decoding, "every stream is in every plan for tokens");
  }
  if (beside > 0 && (!plan_.embeddings || options_.limits.cuts_runs)) {
    faults_.Expect(prompt_tokens <= scheduler_.times().PromptTokensBeside(beside),
                   "prompts beside streams are in chunks");
  }
  embedded_last_ = plan_.embeddings;
}

void Player::InspectEntry(const StepEntry& entry) {
  const Sequence& sequence = *entry.sequence;
  faults_.Expect(Active(sequence), "who is in a plan runs");
  faults_.ExpectEqual(entry.first, sequence.processed, "an entry begins where the last ended");
  faults_.ExpectEqual(memory_.Size(sequence.id), entry.first,
                      "the cells before an entry are there");
  faults_.Expect(entry.count >= 1, "an entry has tokens");
  faults_.Expect(entry.first + entry.count <= sequence.size(), "an entry is part of its sequence");
  faults_.Expect(entry.drafts <= static_cast<int32_t>(sequence.draft.size()),
                 "an entry's drafts are its sequence's");
  InspectKind(entry);
  const bool last = entry.first + entry.count == sequence.size();
  faults_.Expect(entry.drafts == 0 || last, "drafts follow the last token");
  const bool every_row = sequence.output->wants_every_row();
  const int32_t outputs = (every_row ? entry.count : (last ? 1 : 0)) + entry.drafts;
  faults_.ExpectEqual(entry.outputs, outputs, "an entry has the rows that it needs");
}

void Player::InspectKind(const StepEntry& entry) {
  const MediaRuns& runs = entry.sequence->media;
  const MediaRun* run = RunAt(runs, entry.first);
  faults_.ExpectEqual(run != nullptr, plan_.embeddings, "a call has one kind of input");
  const int32_t end = entry.first + entry.count;
  if (run != nullptr) {
    faults_.Expect(end <= run->end(), "a call has the embeddings of one run");
    const bool whole = entry.first == run->first && end == run->end();
    faults_.Expect(whole || options_.limits.cuts_runs, "runs that cannot be cut are whole");
    return;
  }
  const MediaRun* next = NextRun(runs, entry.first);
  faults_.Expect(next == nullptr || end <= next->first, "tokens end where embeddings begin");
}

void Player::Admit() {
  for (const Sequence* sequence : plan_.admitted) {
    Tale& tale = tales_.at(sequence->job);
    if (tale.ending.admitted_ms >= 0) continue;
    tale.ending.admitted_ms = now_ms_;
    if (!options_.thorough) continue;
    for (auto& [job, other] : tales_) {
      if (job >= sequence->job) break;
      if (other.ending.admitted_ms < 0) ++other.ending.overtaken;
    }
  }
}

void Player::Compute(int32_t tokens) {
  rows_.assign(static_cast<size_t>(plan_.outputs), kNoTokens);
  for (const StepEntry& entry : plan_.entries) {
    const Sequence& sequence = *entry.sequence;
    for (int32_t i = 0; i < entry.tokens(); ++i) {
      if (tokens-- == 0) return;
      const int32_t index = entry.first + i;
      const int32_t token =
          i < entry.count ? sequence.tokens[index] : sequence.draft[i - entry.count];
      const Digest digest =
          memory_.Compute(sequence.id, PositionByHand(sequence.media, index), token);
      const int32_t row = i - (entry.tokens() - entry.outputs);
      if (row >= 0) rows_[entry.first_output + row] = digest;
    }
  }
}

void Player::ComputeAll() {
  Compute(plan_.tokens);
  const double ms = options_.call_ms + options_.token_ms * plan_.tokens;
  now_ms_ += ms;
  ++calls_;
  for (const StepEntry& entry : plan_.entries) {
    tales_.at(entry.sequence->job).ending.computed += entry.count;
  }
  scheduler_.Commit(plan_, ms);
  faults_.ExpectEqual(memory_.used(), scheduler_.cells_used(), "cells are counted after a call");
  for (const StepEntry& entry : plan_.entries) {
    if (entry.outputs > 0 && !faults_.any()) HandOut(entry);
  }
}

void Player::HandOut(const StepEntry& entry) {
  Sequence* sequence = entry.sequence;
  float floats[kFloatsOfDigest];
  OutputRows rows;
  rows.first = entry.first + entry.tokens() - entry.outputs;
  rows.count = entry.outputs;
  rows.row = [&](int32_t row) {
    DigestToFloats(rows_[entry.first_output + row], floats);
    return floats;
  };
  const Result<Verdict> verdict = sequence->output->Take(sequence, rows, PostEvent());
  if (verdict.value() == Verdict::kRestart) return Restart(sequence);
  scheduler_.KeepAccepted(entry);
  if (verdict.value() == Verdict::kFinished) {
    return End(sequence->job, Ending::Kind::kFinished, /*keep=*/true);
  }
  if (sequence->decoding()) Guess(sequence);
}

void Player::Guess(Sequence* sequence) {
  const int32_t most = std::min(options_.longest_draft,
                                sequence->output->DraftsWanted(*sequence, /*by_model=*/false));
  if (most == 0) return;
  Digest digest = DigestOf(sequence->tokens, sequence->tokens.size());
  for (int32_t left = random_.Below(most + 1); left > 0; --left) {
    const int32_t right = NextToken(digest);
    const int32_t token = random_.Chance(kGuessIsRight) ? right : right + 1;
    sequence->draft.push_back(token);
    digest = Extend(digest, token);
  }
}

void Player::Restart(Sequence* sequence) {
  SequencePtr removed = scheduler_.Remove(sequence, /*keep=*/false);
  faults_.Expect(removed.get() == sequence, "who runs can be removed");
  if (removed == nullptr) return;
  removed->resumed = true;
  scheduler_.Add(std::move(removed));
}

void Player::End(JobId job, Ending::Kind kind, bool keep) {
  const auto found = tales_.find(job);
  if (found == tales_.end()) return faults_.Add("a sequence ends once");
  Tale& tale = found->second;
  const SequencePtr removed = scheduler_.Remove(tale.sequence, keep);
  if (removed.get() != tale.sequence) return faults_.Add("who did not end can be removed");
  Ending& ending = tale.ending;
  ending.kind = kind;
  ending.calls = calls_ - ending.calls;
  ending.result = tale.output->story().result();
  ending.generated = tale.output->story().generated();
  ending.prompt_size = removed->prompt_size;
  ending.cached = removed->cached;
  ending.resumed = removed->resumed;
  ending.tokens = std::move(removed->tokens);
  if (kind == Ending::Kind::kFinished) {
    faults_.ExpectEqual(ending.result, ResultAlone(tale.wish),
                        "a result does not depend on the others");
    if (tale.wish.restart_after == 0) {
      faults_.Expect(ending.cached < ending.prompt_size, "a prompt's last token is computed");
      const int32_t rows = std::max(ending.generated, 1);
      // A grid that is interrupted begins again.
      const bool regrids = std::any_of(tale.wish.media.begin(), tale.wish.media.end(),
                                       [](const MediaRun& run) { return run.grid(); }) &&
                           options_.hazards.any_in_calls();
      faults_.Expect(ending.resumed || options_.longest_draft > 0 || regrids ||
                         ending.cached + ending.computed == ending.prompt_size + rows - 1,
                     "each token of a sequence is reused or computed once");
    }
  }
  // A state that cannot go back is computed again, however long it takes.
  const bool repeats = options_.memory == FakeMemory::Kind::kState &&
                       options_.hazards.stopped + options_.hazards.failed > 0;
  if (options_.thorough && !repeats) {
    // Calls for tokens and for embeddings take turns, whoever they are for.
    const uint64_t turns = embeds_ ? 2 : 1;
    faults_.Expect(ending.calls <= turns * tale.patience,
                   "nobody waits longer than for those before");
  }
  if (on_end) on_end(job, ending);
  tales_.erase(found);
}

void Player::InspectMemory() {
  faults_.ExpectEqual(memory_.used(), scheduler_.cells_used(), "cells are counted after a step");
  if (!options_.thorough || faults_.any()) return;
  if (calls_ % kVerifyEvery == 0) memory_.Verify();
  for (const auto& [job, tale] : tales_) {
    const Sequence& sequence = *tale.sequence;
    if (!Active(sequence)) continue;
    faults_.ExpectEqual(memory_.Size(sequence.id), sequence.processed, "cells are a sequence's");
    if (faults_.any()) return;
    Digest digest = kNoTokens;
    for (int32_t i = 0; i < sequence.processed; ++i) {
      digest = Extend(digest, sequence.tokens[i]);
      faults_.Expect(memory_.At(sequence.id, i) == digest, "a sequence reads its own tokens");
      faults_.ExpectEqual(memory_.PositionAt(sequence.id, i), PositionByHand(sequence.media, i),
                          "a sequence reads its tokens at their positions");
    }
  }
}

void Player::CheckNothingLeft() {
  faults_.Expect(tales_.empty(), "every sequence ends");
  memory_.Verify();
  while (!faults_.any() && scheduler_.MakeRoom()) {
  }
  faults_.ExpectEqual(scheduler_.cells_used(), 0, "all cells can be freed");
  faults_.ExpectEqual(memory_.used(), 0, "all cells are free in the end");
}

}  // namespace abstractllm::test
