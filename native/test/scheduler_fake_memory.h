// A model of the engine's unified KV cache that knows what each cell holds.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "scheduler/kv_memory.h"
#include "scheduler_faults.h"

namespace abstractllm::test {

// What the engine keeps of a token depends on all tokens before it, so a cell's content is
// a digest of them all.
using Digest = uint64_t;
constexpr Digest kNoTokens = 0;
Digest Extend(Digest before, int32_t token);
Digest DigestOf(const std::vector<int32_t>& tokens, size_t count);

// Breaches of the contract of KvMemory, and of what a cache can do, go to `faults`.
class FakeMemory final : public KvMemory {
 public:
  static constexpr int32_t kMostSequences = 256;
  enum class Kind {
    kCells,  // can be shared, and trimmed anywhere
    kState,  // as of a recurrent model: can only be dropped
  };
  // `faults` must outlive it.
  FakeMemory(int32_t cells, int32_t sequences, Kind kind, Faults& faults);

  void Share(SeqId from, SeqId to, int32_t first, int32_t end) override;
  bool Trim(SeqId sequence, int32_t first) override;

  // The engine computes `token` of a sequence behind what it has. Tokens have positions of
  // their own; embeddings, which are negative, may share one.
  Digest Compute(SeqId sequence, int32_t position, int32_t token);
  // What the sequence reads as its token `index`.
  Digest At(SeqId sequence, int32_t index) const;
  int32_t PositionAt(SeqId sequence, int32_t index) const;
  // Cells that the sequence holds.
  int32_t Size(SeqId sequence) const;
  int32_t used() const { return static_cast<int32_t>(cells_.size() - free_.size()); }
  uint64_t computed() const { return computed_; }
  // Bytes of its lists that grow with use.
  size_t list_bytes() const;
  // Cells and sequences agree about who holds what.
  void Verify();

 private:
  struct Cell {
    int32_t position = -1;
    Digest digest = kNoTokens;
    std::bitset<kMostSequences> holders;
  };
  bool Valid(SeqId sequence) const;
  void Drop(SeqId sequence, int32_t index);
  // The first of the sequence's cells at `position` or behind it.
  int32_t IndexOf(SeqId sequence, int32_t position) const;

  Kind kind_;
  Faults& faults_;
  std::vector<Cell> cells_;
  std::vector<int32_t> free_;
  // By sequence, then by token: the cell. Positions never go back.
  std::vector<std::vector<int32_t>> held_;
  uint64_t computed_ = 0;
};

}  // namespace abstractllm::test
