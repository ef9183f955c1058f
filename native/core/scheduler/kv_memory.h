// The KV cache as the scheduler sees it: which sequences hold which positions.
#pragma once

#include <cstdint>

namespace abstractllm {

using SeqId = int32_t;
constexpr SeqId kNoSequence = -1;

// Implemented over the engine's context, and by a model of it in tests.
// Thread: the inference thread.
class KvMemory {
 public:
  virtual ~KvMemory() = default;

  // Makes `to` hold the cells of `from` at positions [first, end): no data is copied. What
  // `to` held there is released before. `from` holds them all.
  virtual void Share(SeqId from, SeqId to, int32_t first, int32_t end) = 0;

  // Releases what `sequence` holds from position `first` on. False, with nothing changed,
  // where the memory is a state that cannot go back; `first` 0 always works.
  virtual bool Trim(SeqId sequence, int32_t first) = 0;
};

}  // namespace abstractllm
