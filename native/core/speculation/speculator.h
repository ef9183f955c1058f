// Decides when to guess, and how far: only where verifying several tokens at once is
// expected to be faster than computing one after the other.
#pragma once

#include <memory>

#include "scheduler/scheduler.h"
#include "speculation/drafter.h"

namespace abstractllm {

// How many guesses are worth making, from 0 to `most`: the number with the most expected
// tokens per millisecond. `acceptance` is the share of guesses that were right, 0 to 1;
// `times` knows what calls of several tokens take; `draft_ms` is the price of one guess.
int32_t BestDraftLength(double acceptance, int32_t streams, int32_t most, double draft_ms,
                        const StepTimes& times);

// Thread: the inference thread.
class Speculator {
 public:
  // `model` may be null: then sequences that ask for it guess by prompt lookup.
  explicit Speculator(std::unique_ptr<Drafter> model);

  // Fills the drafts of the sequences that decode.
  void Draft(const Scheduler& scheduler);
  // `accepted` of the `drafted` guesses for this sequence were right.
  static void Learn(Sequence* sequence, int32_t drafted, int32_t accepted);

 private:
  std::unique_ptr<Drafter> model_;
  std::unique_ptr<Drafter> lookup_;
};

}  // namespace abstractllm
