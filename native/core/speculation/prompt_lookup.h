// Prompt lookup: what followed the last words when they occurred before. Texts that quote
// their prompt (summaries, edits, code) repeat themselves.
#pragma once

#include "speculation/drafter.h"

namespace abstractllm {

class PromptLookup final : public Drafter {
 public:
  std::vector<int32_t> Draft(const Sequence& sequence, int32_t most) override;
  double TokenMs() const override { return 0; }
};

}  // namespace abstractllm
