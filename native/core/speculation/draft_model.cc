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
  track.sequence.cancel = sequence.cancel;
  std::vector<int32_t>& tokens = track.sequence.tokens;
  const auto kept =
      std::mismatch(tokens.begin(),
                    tokens.begin() + std::min(track.sequence.processed, sequence.size() - 1),
                    sequence.tokens.begin())
          .first -
      tokens.begin();
  track.sequence.processed = static_cast<int32_t>(kept);
  memory_.Trim(track.sequence.id, track.sequence.processed);
  tokens = sequence.tokens;

  std::vector<int32_t> draft;
  const auto window = static_cast<int32_t>(model_.info.context_size);
  while (static_cast<int32_t>(draft.size()) < most && track.sequence.size() < window) {
    const bool single = track.sequence.remaining() == 1;
    const Clock::time_point start = Clock::now();
    if (!CatchUp(&track)) break;
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    if (single) token_ms_ = token_ms_ == 0 ? ms : token_ms_ + kNewest * (ms - token_ms_);
    const int32_t token = Likeliest();
    if (model_.tokenizer->IsEndOfGeneration(token)) break;
    draft.push_back(token);
    tokens.push_back(token);
  }
  return draft;
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
  best->owner = sequence.place;
  best->used_at = ++clock_;
  return *best;
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
    if (batch_.Run(&entry, 1, &reason) != RunOutcome::kDone) {
      // Guessing is optional. All texts go: the cache may be full of the others.
      for (Track& each : tracks_) {
        memory_.Trim(each.sequence.id, 0);
        each.sequence.processed = 0;
      }
      return false;
    }
    sequence.processed += entry.count;
  }
  return true;
}

int32_t DraftModel::Likeliest() {
  const float* logits = batch_.Row(0);
  if (logits == nullptr) return llama_vocab_eos(llama_model_get_vocab(model_.model.get()));
  return static_cast<int32_t>(std::max_element(logits, logits + model_.info.vocabulary_size) -
                              logits);
}

}  // namespace abstractllm
