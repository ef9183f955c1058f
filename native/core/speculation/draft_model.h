// A smaller model with the same vocabulary that guesses what the larger one will say.
#pragma once

#include <array>
#include <functional>

#include "context_memory.h"
#include "engine_batch.h"
#include "loaded_model.h"
#include "speculation/drafter.h"

namespace abstractllm {

// Fails with kUnsupportedFeature for models whose memory is a state.
Status CheckTakesDrafts(const LoadedModel& model);
// Fails with kUnsupportedFeature unless both models have the same tokens.
Status CheckSameVocabulary(const LoadedModel& model, const LoadedModel& draft);

// Keeps the texts of the sequences that it guessed for last in its own KV cache.
// Thread: the inference thread. `model` must outlive it.
class DraftModel final : public Drafter {
 public:
  // `interrupted` as for EngineBatch.
  DraftModel(LoadedModel& model, std::function<bool()> interrupted);

  std::vector<int32_t> Draft(const Sequence& sequence, int32_t most) override;
  double TokenMs() const override { return token_ms_; }

 private:
  // A text in the KV cache: sequence.tokens[0, processed), for the sequence at `owner`.
  struct Track {
    Place owner;
    Sequence sequence;
    uint64_t used_at = 0;
    bool gave_up = false;  // for this owner
  };

  Track& TrackOf(const Sequence& sequence);
  // Whether a text of `size` tokens finds cells; forgets texts that were not asked about.
  bool MakeRoom(const Track& track, int32_t size);
  void Follow(Track* track, const Sequence& sequence);
  void Clear(Track* track);
  void LearnPrice(double ms, size_t guesses);
  // Computes what is missing of the track's tokens; false when stopped or failed.
  bool CatchUp(Track* track);
  // Of the last call; LLAMA_TOKEN_NULL if it had no logits.
  int32_t Likeliest();

  LoadedModel& model_;
  ContextMemory memory_;
  EngineBatch batch_;
  // More texts at once than this gain nothing from guesses.
  std::array<Track, 4> tracks_;
  uint64_t clock_ = 0;
  double token_ms_ = 0;
};

}  // namespace abstractllm
