#include "scheduler/waiting_line.h"

namespace abstractllm {

void WaitingLine::Add(SequencePtr&& sequence) {
  if (sequence->place == Place{}) {
    ++arrivals_;
    sequence->place = {static_cast<double>(arrivals_) - kPlaces * sequence->priority, arrivals_};
  }
  const Place place = sequence->place;
  line_.emplace(place, std::move(sequence));
}

SequencePtr WaitingLine::TakeFirst() {
  auto node = line_.extract(line_.begin());
  return std::move(node.mapped());
}

SequencePtr WaitingLine::Take(const Sequence& sequence) {
  const auto found = line_.find(sequence.place);
  if (found == line_.end() || found->second.get() != &sequence) return nullptr;
  return std::move(line_.extract(found).mapped());
}

void WaitingLine::MoveTo(const std::function<void(SequencePtr&&)>& add, const Sequence& sequence) {
  const auto found = line_.find(sequence.place);
  found->second->place = {};
  try {
    add(std::move(found->second));
  } catch (...) {
    found->second->place = found->first;
    throw;
  }
  line_.erase(found);
}

}  // namespace abstractllm
