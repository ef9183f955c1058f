// What becomes of a sequence's logits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "event.h"
#include "status.h"

namespace abstractllm {

struct Sequence;

// Rows of logits that one engine call made for a sequence. Row i follows token
// first + i, where the tokens are the sequence's and then its draft's.
struct OutputRows {
  int32_t first = 0;
  int32_t count = 0;
  // One value per token of the vocabulary; may be changed in place. Null if the engine
  // has none, which is its failure.
  std::function<float*(int32_t row)> row;
};

// Where an output posts its text events.
using PostEvent = std::function<void(Event)>;

// The failure of an engine call that promised logits.
inline Status NoLogits() {
  return Status::Error(Code::kGeneration, "The engine returned no logits.");
}

enum class Verdict {
  kContinue,
  kFinished,
  // Its tokens were replaced: it begins again with the new ones.
  kRestart,
};

// Thread: the inference thread. Owns: what it needs to make the result.
class SequenceOutput {
 public:
  virtual ~SequenceOutput() = default;

  // Logits after every token, or only after the last.
  virtual bool wants_every_row() const = 0;
  // How many tokens of a draft could be used, 0 where guesses are not wanted. `by_model`
  // says whether there is a draft model to make them.
  virtual int32_t DraftsWanted(const Sequence& sequence, bool by_model) const = 0;
  // The encoder has taken so many milliseconds for what the sequence shows.
  virtual void Encoded(double) {}
  // The sequence's first engine call is next.
  virtual void Start() = 0;
  // Takes the rows of one engine call, in order, and may append to the sequence's tokens.
  virtual Result<Verdict> Take(Sequence* sequence, const OutputRows& rows,
                               const PostEvent& post) = 0;
  // After kFinished: the result of the job, if this was the last that it waited for.
  virtual std::optional<DoneEvent> Finish(Sequence* sequence, const PostEvent& post) = 0;
};

}  // namespace abstractllm
