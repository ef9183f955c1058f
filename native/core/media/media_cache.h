// Pictures and sounds that are being encoded, and those whose embeddings are kept for
// calls to come.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>

#include "media/media_item.h"

namespace abstractllm {

// What was used longest ago goes first. Thread: any. Owns: the items that it keeps.
class MediaCache {
 public:
  // Of the embeddings that it keeps.
  explicit MediaCache(uint64_t most_bytes) : most_bytes_(most_bytes) {}

  // The item of this content that somebody waits for, or that is kept; null if there is none.
  MediaItemPtr Find(const MediaKey& key);
  // Makes an item known that is still to be encoded.
  void Add(const MediaItemPtr& item);
  // Keeps an item, all of whose tiles are encoded.
  void Keep(const MediaItemPtr& item);
  // The item cannot be encoded: who comes next tries anew.
  void Forget(const MediaItem& item);

  // Of the embeddings that it keeps.
  uint64_t bytes() const;

 private:
  struct Kept {
    MediaItemPtr item;
    uint64_t bytes;
  };
  // Drops what nobody holds any more from known_, now and then.
  void Sweep();

  const uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<MediaKey, std::weak_ptr<MediaItem>> known_;
  size_t sweep_at_ = 16;
  std::list<Kept> kept_;  // the last used first
  std::map<MediaKey, std::list<Kept>::iterator> kept_by_key_;
  uint64_t bytes_ = 0;
};

}  // namespace abstractllm
