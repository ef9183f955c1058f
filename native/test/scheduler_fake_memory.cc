#include "scheduler_fake_memory.h"

#include "scheduler_random.h"

namespace abstractllm::test {

Digest Extend(Digest before, int32_t token) {
  return Random::Mix(before * 31 + static_cast<uint64_t>(token) + 1);
}

Digest DigestOf(const std::vector<int32_t>& tokens, size_t count) {
  Digest digest = kNoTokens;
  for (size_t i = 0; i < count; ++i) digest = Extend(digest, tokens[i]);
  return digest;
}

FakeMemory::FakeMemory(int32_t cells, int32_t sequences, Kind kind, Faults& faults)
    : kind_(kind), faults_(faults), cells_(cells), held_(sequences) {
  for (int32_t cell = cells; cell > 0; --cell) free_.push_back(cell - 1);
}

void FakeMemory::Share(SeqId from, SeqId to, int32_t first, int32_t end) {
  if (!Valid(from) || !Valid(to) || from == to || first < 0 || first >= end) {
    return faults_.Add("Share is for two sequences and at least one position");
  }
  if (kind_ == Kind::kState) return faults_.Add("a state cannot be shared in parts");
  if (Size(from) < end) return faults_.Add("Share's source holds all that is shared");
  if (Size(to) < first) return faults_.Add("Share leaves no hole in the sequence");
  for (int32_t position = first; position < end; ++position) {
    const int32_t cell = held_[from][position];
    if (position < Size(to)) {
      const int32_t before = held_[to][position];
      faults_.Expect(before != cell, "a cell is shared once");
      faults_.Expect(cells_[before].digest == cells_[cell].digest,
                     "what is given up has the same content as what is shared");
      Drop(to, position);
      held_[to][position] = cell;
    } else {
      held_[to].push_back(cell);
    }
    cells_[cell].holders.set(to);
  }
}

bool FakeMemory::Trim(SeqId sequence, int32_t first) {
  if (!Valid(sequence) || first < 0) {
    faults_.Add("Trim is for a sequence and a position");
    return true;
  }
  if (first >= Size(sequence)) return true;
  if (kind_ == Kind::kState && first > 0) return false;
  for (int32_t position = first; position < Size(sequence); ++position) Drop(sequence, position);
  held_[sequence].resize(first);
  return true;
}

Digest FakeMemory::Compute(SeqId sequence, int32_t position, int32_t token) {
  if (!Valid(sequence) || position != Size(sequence)) {
    faults_.Add("a sequence computes its next position");
    return kNoTokens;
  }
  if (free_.empty()) {
    faults_.Add("the cells suffice for the call");
    return kNoTokens;
  }
  const int32_t cell = free_.back();
  free_.pop_back();
  const Digest before = position == 0 ? kNoTokens : At(sequence, position - 1);
  cells_[cell].position = position;
  cells_[cell].digest = Extend(before, token);
  cells_[cell].holders.set(sequence);
  held_[sequence].push_back(cell);
  ++computed_;
  return cells_[cell].digest;
}

Digest FakeMemory::At(SeqId sequence, int32_t position) const {
  return cells_[held_[sequence][position]].digest;
}

int32_t FakeMemory::Size(SeqId sequence) const {
  return static_cast<int32_t>(held_[sequence].size());
}

size_t FakeMemory::list_bytes() const {
  size_t bytes = 0;
  for (const std::vector<int32_t>& cells : held_) bytes += cells.capacity() * sizeof(int32_t);
  return bytes;
}

void FakeMemory::Verify() {
  std::vector<std::bitset<kMostSequences>> holders(cells_.size());
  for (SeqId sequence = 0; sequence < static_cast<SeqId>(held_.size()); ++sequence) {
    for (int32_t position = 0; position < Size(sequence); ++position) {
      const int32_t cell = held_[sequence][position];
      faults_.ExpectEqual(cells_[cell].position, position, "a cell is read at its position");
      faults_.Expect(!holders[cell].test(sequence), "a sequence holds a cell once");
      holders[cell].set(sequence);
    }
  }
  int32_t in_use = 0;
  for (size_t cell = 0; cell < cells_.size(); ++cell) {
    faults_.Expect(cells_[cell].holders == holders[cell], "cells know their sequences");
    if (holders[cell].any()) ++in_use;
  }
  faults_.ExpectEqual(used(), in_use, "every cell is held or free");
}

bool FakeMemory::Valid(SeqId sequence) const {
  return sequence >= 0 && sequence < static_cast<SeqId>(held_.size());
}

void FakeMemory::Drop(SeqId sequence, int32_t position) {
  const int32_t cell = held_[sequence][position];
  cells_[cell].holders.reset(sequence);
  if (cells_[cell].holders.none()) free_.push_back(cell);
}

}  // namespace abstractllm::test
