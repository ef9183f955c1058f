// One line of tokens on its way through the model: what is scheduled, how far it is, and
// what becomes of the logits.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "job.h"
#include "media/media_run.h"
#include "sequence_output.h"

namespace abstractllm {

// Order of service: smaller is earlier. {0, 0} is none yet.
using Place = std::pair<double, uint64_t>;

// Thread: built on the text thread, then owned by the inference thread.
struct Sequence {
  JobId job = 0;
  CancelTokenPtr cancel;
  // Prompt, then what was generated. Embeddings of pictures and sounds have negative ids.
  std::vector<int32_t> tokens;
  // Where those are. The last token of a prompt is text: it is computed for its logits.
  MediaRuns media;
  // What an encoder-decoder model reads; empty for others. Its `tokens` then begin with the
  // decoder's start token instead of a prompt.
  std::vector<int32_t> source;
  // Tokens of the prompt, at least 1.
  int32_t prompt_size = 0;
  // -100 to 100; larger is served earlier.
  double priority = 0;
  // Whether cells may be shared with other sequences. Not where every token's logits are
  // wanted: what is reused is not computed.
  bool reuses_prefix = true;
  // One sequence per job does.
  bool reports_progress = true;
  std::unique_ptr<SequenceOutput> output;

  // The rest is the scheduler's.
  Place place;
  int32_t id = -1;  // of the KV cache, while active
  // tokens[0, processed) are in the KV cache.
  int32_t processed = 0;
  // Guesses at the tokens to come, to be verified in the next engine call.
  std::vector<int32_t> draft;
  // Share of the guesses that were right; -1 before the first one.
  double acceptance = -1;
  // Calls since guessing was given up.
  int32_t undrafted = 0;
  // Tokens of the prompt that came from the KV cache instead of being computed.
  int32_t cached = 0;
  // It ran before and had to give up its cells: what it reuses now was its own.
  bool resumed = false;
  // Its output knows that it runs.
  bool started = false;
  // While another sequence computes the same tokens: whose place, and until which token.
  Place leader;
  int32_t leader_until = 0;

  TokenLine line() const { return {tokens, media}; }
  int32_t size() const { return static_cast<int32_t>(tokens.size()); }
  int32_t remaining() const { return size() - processed; }
  // One token from its next; else it is still processing its prompt (or, after a
  // preemption, all that it had).
  bool decoding() const { return remaining() == 1 && processed >= prompt_size; }
};

using SequencePtr = std::unique_ptr<Sequence>;

}  // namespace abstractllm
