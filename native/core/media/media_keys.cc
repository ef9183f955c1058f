#include "media/media_keys.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace abstractllm {

struct MediaKeys::Ranges {
  using Key = std::pair<MediaKey, int32_t>;
  struct Entry {
    std::weak_ptr<const MediaIds> ids;
    // To tell it from one that took its place.
    const MediaIds* address;
  };

  // Where memory runs out, ids are freed while they are being made.
  mutable std::recursive_mutex mutex;
  std::map<Key, Entry> by_key;
  // What is taken: a range's first id, and its end.
  std::map<int64_t, int64_t> taken;
  int64_t lowest = INT32_MIN;
  // New ranges end here, or below.
  int64_t next_end = 0;

  // The first of `count` free ids that end at `end` or below; 0 if there are none.
  int64_t FindBelow(int64_t end, int32_t count) const {
    auto above = taken.lower_bound(end);
    while (end - count >= lowest) {
      if (above == taken.begin()) return end - count;
      const auto below = std::prev(above);
      if (below->second <= end - count) return end - count;
      end = std::min(end, below->first);
      above = below;
    }
    return 0;
  }

  void Free(const Key& key, const MediaIds* ids) {
    std::lock_guard<std::recursive_mutex> lock(mutex);
    taken.erase(ids->first);
    const auto found = by_key.find(key);
    if (found != by_key.end() && found->second.address == ids) by_key.erase(found);
  }
};

MediaKeys::MediaKeys(int32_t lowest) : ranges_(std::make_shared<Ranges>()) {
  ranges_->lowest = lowest;
}

MediaIdsPtr MediaKeys::IdsFor(const MediaKey& content, int32_t count) {
  const Ranges::Key key(content, count);
  std::lock_guard<std::recursive_mutex> lock(ranges_->mutex);
  const auto found = ranges_->by_key.find(key);
  if (found != ranges_->by_key.end()) {
    // Null while its last holder is letting go of it.
    if (MediaIdsPtr ids = found->second.ids.lock(); ids != nullptr) return ids;
  }
  int64_t first = ranges_->FindBelow(ranges_->next_end, count);
  if (first == 0) first = ranges_->FindBelow(0, count);
  if (first == 0) return nullptr;
  const auto* made = new MediaIds{static_cast<int32_t>(first), count};
  MediaIdsPtr ids(made, [ranges = ranges_, key](const MediaIds* freed) {
    ranges->Free(key, freed);
    delete freed;
  });
  ranges_->taken[first] = first + count;
  ranges_->next_end = first;
  ranges_->by_key[key] = {ids, made};
  return ids;
}

size_t MediaKeys::size() const {
  std::lock_guard<std::recursive_mutex> lock(ranges_->mutex);
  return ranges_->by_key.size();
}

}  // namespace abstractllm
