#include "media/media_cache.h"

#include <iterator>

namespace abstractllm {
namespace {

uint64_t BytesOf(const MediaItem& item) {
  uint64_t bytes = 0;
  for (const MediaTile& tile : item.tiles) bytes += tile.embeddings->size() * sizeof(float);
  return bytes;
}

}  // namespace

MediaItemPtr MediaCache::Find(const MediaKey& key) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto kept = kept_by_key_.find(key);
  if (kept != kept_by_key_.end()) kept_.splice(kept_.begin(), kept_, kept->second);
  const auto known = known_.find(key);
  return known == known_.end() ? nullptr : known->second.lock();
}

void MediaCache::Add(const MediaItemPtr& item) {
  std::lock_guard<std::mutex> lock(mutex_);
  Sweep();
  known_[item->key] = item;
}

void MediaCache::Keep(const MediaItemPtr& item) {
  const uint64_t bytes = BytesOf(*item);
  std::list<Kept> dropped;  // freed without the lock
  std::lock_guard<std::mutex> lock(mutex_);
  known_[item->key] = item;
  if (bytes > most_bytes_ || kept_by_key_.count(item->key) > 0) return;
  // First what takes memory.
  std::list<Kept> added;
  added.push_front({item, bytes});
  kept_by_key_[item->key] = added.begin();
  kept_.splice(kept_.begin(), added);
  bytes_ += bytes;
  while (bytes_ > most_bytes_) {
    bytes_ -= kept_.back().bytes;
    kept_by_key_.erase(kept_.back().item->key);
    dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
  }
}

void MediaCache::Forget(const MediaItem& item) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto known = known_.find(item.key);
  if (known != known_.end() && known->second.lock().get() == &item) known_.erase(known);
}

uint64_t MediaCache::bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

void MediaCache::Sweep() {
  if (known_.size() < sweep_at_) return;
  for (auto each = known_.begin(); each != known_.end();) {
    each = each->second.expired() ? known_.erase(each) : std::next(each);
  }
  sweep_at_ = 2 * known_.size() + 16;
}

}  // namespace abstractllm
