// Sequences that wait to be admitted, in the order in which they will be.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "sequence.h"

namespace abstractllm {

// First come, first served, where each unit of priority counts as having come kPlaces
// sequences earlier. Priorities are bounded, so nobody is overtaken without end.
// Thread: the inference thread. Owns: the sequences in it.
class WaitingLine {
 public:
  static constexpr double kPlaces = 16;

  // Gives a new sequence its place; one that had a place (it was preempted) keeps it.
  // When it throws, `sequence` is still the caller's.
  void Add(SequencePtr&& sequence);
  bool empty() const { return line_.empty(); }
  size_t size() const { return line_.size(); }
  Sequence& first() const { return *line_.begin()->second; }
  SequencePtr TakeFirst();
  // Null if it is not here.
  SequencePtr Take(const Sequence& sequence);
  // Moves one that is here to another line, whose Add `add` is: it has no place in that one yet.
  // When that throws, it is still here.
  void MoveTo(const std::function<void(SequencePtr&&)>& add, const Sequence& sequence);
  void Clear() { line_.clear(); }

  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const auto& [place, sequence] : line_) visit(*sequence);
  }

 private:
  std::map<Place, SequencePtr> line_;
  uint64_t arrivals_ = 0;
};

}  // namespace abstractllm
