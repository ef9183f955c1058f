// Token ids for what is no token: the embeddings of pictures and sounds. They are negative,
// and the same for the same content, so that sequences can be compared as tokens.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "media/media_key.h"

namespace abstractllm {

// The ids first, first + 1, ..., first + count - 1, all negative. While anybody holds it,
// they belong to this content: what is compared by them must hold it.
struct MediaIds {
  int32_t first = 0;
  int32_t count = 0;
};

using MediaIdsPtr = std::shared_ptr<const MediaIds>;

// Thread: any; also for the end of what it gave, which may outlive it.
class MediaKeys {
 public:
  // `lowest` to -1 are given out, from the top: tests take few.
  explicit MediaKeys(int32_t lowest = INT32_MIN);

  // `count` ids, at least 1, for this content. Null if all are taken: the texts would need
  // two thousand million tokens.
  MediaIdsPtr IdsFor(const MediaKey& key, int32_t count);

  // Contents that have ids now.
  size_t size() const;

 private:
  struct Ranges;
  std::shared_ptr<Ranges> ranges_;
};

}  // namespace abstractllm
