#include "scheduler_fake_memory.h"

#include <algorithm>

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
  const int32_t begin = IndexOf(from, first);
  const int32_t behind = IndexOf(from, end);
  if (begin == behind) return faults_.Add("Share's source holds what is shared");
  if (IndexOf(to, first) != begin) return faults_.Add("Share leaves no hole in the sequence");
  const int32_t given_up = IndexOf(to, end);
  for (int32_t index = begin; index < given_up; ++index) {
    const int32_t before = held_[to][index];
    if (index >= behind) return faults_.Add("what is given up is shared");
    faults_.Expect(before != held_[from][index], "a cell is shared once");
    faults_.Expect(cells_[before].digest == cells_[held_[from][index]].digest,
                   "what is given up has the same content as what is shared");
    Drop(to, index);
  }
  std::vector<int32_t>& cells = held_[to];
  cells.erase(cells.begin() + begin, cells.begin() + given_up);
  cells.insert(cells.begin() + begin, held_[from].begin() + begin, held_[from].begin() + behind);
  for (int32_t index = begin; index < behind; ++index) cells_[cells[index]].holders.set(to);
}

bool FakeMemory::Trim(SeqId sequence, int32_t first) {
  if (!Valid(sequence) || first < 0) {
    faults_.Add("Trim is for a sequence and a position");
    return true;
  }
  const int32_t kept = IndexOf(sequence, first);
  if (kept == Size(sequence)) return true;
  if (kind_ == Kind::kState && first > 0) return false;
  for (int32_t index = kept; index < Size(sequence); ++index) Drop(sequence, index);
  held_[sequence].resize(kept);
  return true;
}

Digest FakeMemory::Compute(SeqId sequence, int32_t position, int32_t token) {
  if (!Valid(sequence)) {
    faults_.Add("a sequence has an id");
    return kNoTokens;
  }
  const int32_t size = Size(sequence);
  const int32_t last = size == 0 ? -1 : PositionAt(sequence, size - 1);
  if (position < last || (token >= 0 && position == last)) {
    faults_.Add("a sequence goes on behind its last position");
    return kNoTokens;
  }
  if (free_.empty()) {
    faults_.Add("the cells suffice for the call");
    return kNoTokens;
  }
  const int32_t cell = free_.back();
  free_.pop_back();
  const Digest before = size == 0 ? kNoTokens : At(sequence, size - 1);
  cells_[cell].position = position;
  cells_[cell].digest = Extend(before, token);
  cells_[cell].holders.set(sequence);
  held_[sequence].push_back(cell);
  ++computed_;
  return cells_[cell].digest;
}

Digest FakeMemory::At(SeqId sequence, int32_t index) const {
  return cells_[held_[sequence][index]].digest;
}

int32_t FakeMemory::PositionAt(SeqId sequence, int32_t index) const {
  return cells_[held_[sequence][index]].position;
}

int32_t FakeMemory::IndexOf(SeqId sequence, int32_t position) const {
  const std::vector<int32_t>& cells = held_[sequence];
  const auto found = std::lower_bound(
      cells.begin(), cells.end(), position,
      [this](int32_t cell, int32_t wanted) { return cells_[cell].position < wanted; });
  return static_cast<int32_t>(found - cells.begin());
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
    for (int32_t index = 0; index < Size(sequence); ++index) {
      const int32_t cell = held_[sequence][index];
      faults_.Expect(index == 0 || cells_[cell].position >= PositionAt(sequence, index - 1),
                     "positions never go back");
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

void FakeMemory::Drop(SeqId sequence, int32_t index) {
  const int32_t cell = held_[sequence][index];
  cells_[cell].holders.reset(sequence);
  if (cells_[cell].holders.none()) free_.push_back(cell);
}

}  // namespace abstractllm::test
