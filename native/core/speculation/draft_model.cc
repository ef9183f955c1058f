#include "speculation/draft_model.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "llama.h"

namespace abstractllm {
namespace {

constexpr double kNewest = 0.2;  // weight of the newest time

Status DifferentVocabulary(const std::string& how) {
  return Status::Error(
      Code::kUnsupportedFeature,
      "The draft_model has another vocabulary than the model: " + how +
          ". Use a smaller model of the same family, or leave draft_model out.",
      {{"parameter", std::string("draft_model")}, {"feature", std::string("draft_model")}});
}

}  // namespace

Status CheckTakesDrafts(const LoadedModel& model) {
  if (model.shares_prefixes) return Status::Ok();
  return Status::Error(
      Code::kUnsupportedFeature,
      "A model of the architecture " + model.info.architecture +
          " takes no draft_model: its memory cannot go back behind a wrong "
          "guess. Leave draft_model out.",
      {{"parameter", std::string("draft_model")}, {"feature", std::string("draft_model")}});
}

Status CheckSameVocabulary(const LoadedModel& model, const LoadedModel& draft) {
  const int32_t count = model.info.vocabulary_size;
  if (draft.info.vocabulary_size != count) {
    return DifferentVocabulary(std::to_string(draft.info.vocabulary_size) + " tokens instead of " +
                               std::to_string(count));
  }
  if (!draft.shares_prefixes || draft.context == nullptr) {
    return Status::Error(Code::kUnsupportedFeature,
                         "A model of the architecture " + draft.info.architecture +
                             " cannot be a draft_model: its memory cannot go back.",
                         {{"parameter", std::string("draft_model")}});
  }
  const llama_vocab* ours = llama_model_get_vocab(model.model.get());
  const llama_vocab* theirs = llama_model_get_vocab(draft.model.get());
  for (int32_t token = 0; token < count; ++token) {
    const char* a = llama_vocab_get_text(ours, token);
    const char* b = llama_vocab_get_text(theirs, token);
    if (std::strcmp(a, b) != 0) {
      return DifferentVocabulary("token " + std::to_string(token) + " differs");
    }
  }
  return Status::Ok();
}

DraftModel::DraftModel(LoadedModel& model, std::function<bool()> interrupted)
    : model_(model), memory_(model.context.get()), batch_(model, std::move(interrupted)) {
  for (size_t i = 0; i < tracks_.size(); ++i) tracks_[i].sequence.id = static_cast<int32_t>(i);
}

std::vector<int32_t> DraftModel::Draft(const Sequence& sequence, int32_t most) {
  Track& track = TrackOf(sequence);
  // Only texts that find room together: making it again and again would cost more than
  // guesses can gain.
  if (track.gave_up || !MakeRoom(track, sequence.size() + most)) return {};
  Follow(&track, sequence);
  std::vector<int32_t> draft;
  const Clock::time_point start = Clock::now();
  while (static_cast<int32_t>(draft.size()) < most) {
    if (!CatchUp(&track)) break;
    const int32_t token = Likeliest();
    if (token == LLAMA_TOKEN_NULL || model_.tokenizer->IsEndOfGeneration(token)) break;
    draft.push_back(token);
    track.sequence.tokens.push_back(token);
  }
  LearnPrice(std::chrono::duration<double, std::milli>(Clock::now() - start).count(), draft.size());
  return draft;
}

// The price of catching up is a price of the guesses.
void DraftModel::LearnPrice(double ms, size_t guesses) {
  const double price = ms / static_cast<double>(std::max<size_t>(guesses, 1));
  token_ms_ = token_ms_ == 0 ? price : token_ms_ + kNewest * (price - token_ms_);
}

// Keeps what the track and the sequence have in common, and takes the rest from it.
void DraftModel::Follow(Track* track, const Sequence& sequence) {
  std::vector<int32_t>& tokens = track->sequence.tokens;
  const int32_t most = std::min(track->sequence.processed, sequence.size() - 1);
  const auto kept =
      std::mismatch(tokens.begin(), tokens.begin() + most, sequence.tokens.begin()).first -
      tokens.begin();
  track->sequence.cancel = sequence.cancel;
  track->sequence.processed = static_cast<int32_t>(kept);
  memory_.Trim(track->sequence.id, track->sequence.processed);
  tokens = sequence.tokens;
}

DraftModel::Track& DraftModel::TrackOf(const Sequence& sequence) {
  Track* best = &tracks_.front();
  for (Track& track : tracks_) {
    if (track.owner == sequence.place) {
      best = &track;
      break;
    }
    if (track.used_at < best->used_at) best = &track;
  }
  if (best->owner != sequence.place) best->gave_up = false;
  best->owner = sequence.place;
  best->used_at = ++clock_;
  return *best;
}

bool DraftModel::MakeRoom(const Track& track, int32_t size) {
  const auto cells = static_cast<int32_t>(model_.cache_cells);
  const auto taken = [&] {
    int32_t sum = size;
    for (const Track& other : tracks_) {
      if (&other != &track) sum += other.sequence.processed;
    }
    return sum;
  };
  while (taken() > cells) {
    // What no stream has asked about for a while belongs to none.
    constexpr uint64_t kForgottenAfter = 64;
    Track* oldest = nullptr;
    for (Track& other : tracks_) {
      if (&other == &track || other.sequence.processed == 0) continue;
      if (oldest == nullptr || other.used_at < oldest->used_at) oldest = &other;
    }
    if (oldest == nullptr || clock_ - oldest->used_at < kForgottenAfter) return false;
    Clear(oldest);
  }
  return true;
}

void DraftModel::Clear(Track* track) {
  memory_.Trim(track->sequence.id, 0);
  track->sequence.processed = 0;
}

bool DraftModel::CatchUp(Track* track) {
  Sequence& sequence = track->sequence;
  while (sequence.remaining() > 0) {
    StepEntry entry;
    entry.sequence = &sequence;
    entry.first = sequence.processed;
    entry.count = std::min(sequence.remaining(), static_cast<int32_t>(model_.batch_size));
    entry.outputs = entry.count == sequence.remaining() ? 1 : 0;
    std::string reason;
    const RunOutcome outcome = batch_.Run(&entry, 1, &reason);
    if (outcome != RunOutcome::kDone) {
      // Guessing is optional: whoever waits is told by the model itself.
      track->gave_up = outcome != RunOutcome::kStopped;
      Clear(track);
      return false;
    }
    sequence.processed += entry.count;
  }
  return true;
}

int32_t DraftModel::Likeliest() {
  const float* logits = batch_.Row(0);
  if (logits == nullptr) return LLAMA_TOKEN_NULL;
  return static_cast<int32_t>(std::max_element(logits, logits + model_.info.vocabulary_size) -
                              logits);
}

}  // namespace abstractllm
