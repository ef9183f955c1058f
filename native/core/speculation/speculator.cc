#include "speculation/speculator.h"

#include <algorithm>
#include <cmath>

#include "speculation/prompt_lookup.h"

namespace abstractllm {
namespace {

// With more streams a call is full enough without guesses.
constexpr int32_t kMostStreams = 4;
// Of a sequence that has not guessed yet.
constexpr double kFirstAcceptance = 0.6;
constexpr double kNewest = 0.15;  // weight of the newest call
// Where guessing does not pay, it is tried again after this many calls, with few tokens.
constexpr int32_t kProbeAfter = 48;
constexpr int32_t kProbeLength = 2;

// Milliseconds of a call with `tokens` tokens; 0 while unknown.
double CallMs(const StepTimes& times, int32_t streams, int32_t tokens) {
  const double alone = times.DecodeMs(streams);
  return alone == 0 ? 0
                    : std::max(alone + times.TokenMs() * (tokens - streams), times.KnownMs(tokens));
}

}  // namespace

int32_t BestDraftLength(double acceptance, int32_t streams, int32_t most, double draft_ms,
                        const StepTimes& times) {
  const double p = std::clamp(acceptance, 0.0, 0.99);
  int32_t best = 0;
  double best_rate = 0;
  double expected = 0;  // tokens that the call yields
  for (int32_t length = 0; length <= most; ++length) {
    expected += std::pow(p, length);
    const double ms = CallMs(times, streams, streams + length) + draft_ms * length;
    // Nothing is known yet: a call takes about as long with a few tokens more.
    const double rate = ms == 0 ? expected : expected / ms;
    if (rate <= best_rate) continue;
    best_rate = rate;
    best = length;
  }
  return best;
}

Speculator::Speculator(std::unique_ptr<Drafter> model)
    : model_(std::move(model)), lookup_(std::make_unique<PromptLookup>()) {}

void Speculator::Draft(const Scheduler& scheduler) {
  const int32_t streams = scheduler.decoding();
  if (streams == 0 || streams > kMostStreams) return;
  scheduler.ForEach([&](Sequence& sequence) {
    if (sequence.id < 0 || !sequence.decoding()) return;
    // Those of a call that was not for tokens are as good as new ones.
    if (!sequence.draft.empty()) return;
    const bool by_model = model_ != nullptr;
    // A smaller model has not seen the pictures.
    if (by_model && !sequence.media.empty()) return;
    const int32_t most = sequence.output->DraftsWanted(sequence, by_model);
    if (most <= 0) return;
    Drafter& drafter = by_model ? *model_ : *lookup_;
    const double acceptance = sequence.acceptance < 0 ? kFirstAcceptance : sequence.acceptance;
    int32_t length =
        BestDraftLength(acceptance, streams, most, drafter.TokenMs(), scheduler.times());
    if (length == 0 && ++sequence.undrafted >= kProbeAfter) length = std::min(kProbeLength, most);
    if (length == 0) return;
    sequence.undrafted = 0;
    sequence.draft = drafter.Draft(sequence, length);
  });
}

void Speculator::Learn(Sequence* sequence, int32_t drafted, int32_t accepted) {
  if (drafted == 0) return;
  // Each right guess is one success; the first wrong one a failure, and ends the trials.
  const int32_t trials = std::min(drafted, accepted + 1);
  const double share = static_cast<double>(accepted) / trials;
  const double weight = 1 - std::pow(1 - kNewest, trials);
  const double before = sequence->acceptance < 0 ? kFirstAcceptance : sequence->acceptance;
  sequence->acceptance = before + weight * (share - before);
}

}  // namespace abstractllm
