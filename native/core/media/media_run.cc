#include "media/media_run.h"

#include <iterator>

namespace abstractllm {

const MediaRuns TokenLine::kNoRuns;

const MediaRun* NextRun(const MediaRuns& runs, int32_t index) {
  const auto next =
      std::lower_bound(runs.begin(), runs.end(), index,
                       [](const MediaRun& run, int32_t at) { return run.first < at; });
  return next == runs.end() ? nullptr : &*next;
}

const MediaRun* RunAt(const MediaRuns& runs, int32_t index) {
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), index,
                       [](int32_t at, const MediaRun& run) { return at < run.first; });
  if (after == runs.begin()) return nullptr;
  const MediaRun& run = *std::prev(after);
  return index < run.end() ? &run : nullptr;
}

int32_t OutsideRuns(const MediaRuns& runs, int32_t index) {
  const MediaRun* run = RunAt(runs, index);
  return run == nullptr ? index : run->first;
}

int32_t PositionOf(const MediaRuns& runs, int32_t index) {
  int32_t position = index;
  for (const MediaRun& run : runs) {
    if (run.first >= index) break;
    if (index < run.end()) {
      if (run.grid()) position -= index - run.first;
      break;
    }
    position -= run.count - run.positions();
  }
  return position;
}

int32_t EraseTokens(int32_t first, int32_t end, std::vector<int32_t>* tokens, MediaRuns* runs) {
  first = OutsideRuns(*runs, first);
  if (const MediaRun* last = end > first ? RunAt(*runs, end - 1) : nullptr; last != nullptr) {
    end = last->end();
  }
  const int32_t erased = end - first;
  runs->erase(
      std::remove_if(runs->begin(), runs->end(),
                     [&](const MediaRun& run) { return run.first >= first && run.first < end; }),
      runs->end());
  for (MediaRun& run : *runs) {
    if (run.first >= end) run.first -= erased;
  }
  tokens->erase(tokens->begin() + first, tokens->begin() + end);
  return erased;
}

}  // namespace abstractllm
