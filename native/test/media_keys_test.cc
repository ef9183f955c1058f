#include "media/media_keys.h"

#include <cstring>
#include <set>
#include <vector>

#include "check.h"
#include "fake_media.h"
#include "media/media_cache.h"
#include "scheduler_random.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

MediaKey Key(int32_t number) {
  MediaKey key{};
  std::memcpy(key.data(), &number, sizeof(number));
  return key;
}

MediaItemPtr Encoded(int32_t number, size_t floats) {
  auto item = std::make_shared<MediaItem>();
  item->key = Key(number);
  item->tiles.emplace_back();
  item->tiles.back().embeddings = std::make_shared<const std::vector<float>>(floats);
  return item;
}

}  // namespace

TEST("media_keys: the same content has the same ids while somebody holds them") {
  MediaKeys keys;
  MediaIdsPtr first = keys.IdsFor(Key(1), 10);
  const MediaIdsPtr second = keys.IdsFor(Key(2), 5);
  CHECK(keys.IdsFor(Key(1), 10) == first);
  CHECK_EQ(first->first, -10);
  CHECK_EQ(second->first, -15);
  CHECK_EQ(keys.size(), 2u);
  first.reset();
  CHECK_EQ(keys.size(), 1u);
  CHECK_EQ(keys.IdsFor(Key(1), 10)->first, -25);
}

TEST("media_keys: ids outlive what gave them") {
  MediaIdsPtr ids;
  {
    MediaKeys keys;
    ids = keys.IdsFor(Key(1), 3);
  }
  CHECK_EQ(ids->count, 3);
}

TEST("media_keys: ids that are held are never given again, however often they run out") {
  constexpr int32_t kIds = 100;
  MediaKeys keys(-kIds);
  Random random(7);
  std::vector<MediaIdsPtr> held;
  int32_t refused = 0;
  for (int32_t step = 0; step < 5000; ++step) {
    if (!held.empty() && random.Chance(0.5)) {
      held.erase(held.begin() + random.Below(static_cast<int32_t>(held.size())));
    }
    const MediaIdsPtr ids = keys.IdsFor(Key(random.Below(1000)), random.Between(1, 30));
    if (ids == nullptr) {
      ++refused;
      continue;
    }
    held.push_back(ids);
    std::set<const MediaIds*> seen;
    std::set<int32_t> taken;
    for (const MediaIdsPtr& each : held) {
      if (!seen.insert(each.get()).second) continue;
      for (int32_t id = each->first; id < each->first + each->count; ++id) {
        CHECK(id < 0 && id >= -kIds);
        CHECK(taken.insert(id).second);
      }
    }
  }
  CHECK(refused > 0);
  held.clear();
  CHECK_EQ(keys.size(), 0u);
  CHECK_EQ(keys.IdsFor(Key(0), kIds)->first, -kIds);
}

TEST("media_keys: contents have different keys, and pixels are not a file") {
  MediaInput file = PictureOf("abcabcabcabc");
  MediaInput pixels = file;
  pixels.width = 2;
  pixels.height = 2;
  MediaInput turned = pixels;
  turned.width = 4;
  turned.height = 1;
  CHECK(KeyOf(file) == KeyOf(PictureOf("abcabcabcabc")));
  CHECK(KeyOf(file) != KeyOf(PictureOf("abcabcabcabd")));
  CHECK(KeyOf(file) != KeyOf(pixels));
  CHECK(KeyOf(pixels) != KeyOf(turned));
}

TEST("media_keys: the cache keeps what was used last, up to its bytes") {
  MediaCache cache(100 * sizeof(float));
  cache.Keep(Encoded(1, 40));
  cache.Keep(Encoded(2, 40));
  CHECK_EQ(cache.bytes(), 80 * sizeof(float));
  CHECK(cache.Find(Key(1)) != nullptr);
  cache.Keep(Encoded(3, 40));
  CHECK(cache.Find(Key(2)) == nullptr);
  CHECK(cache.Find(Key(1)) != nullptr);
  CHECK(cache.Find(Key(3)) != nullptr);
  cache.Keep(Encoded(4, 101));
  CHECK(cache.Find(Key(4)) == nullptr);
  CHECK_EQ(cache.bytes(), 80 * sizeof(float));
}

TEST("media_keys: the cache knows what somebody waits for, until nobody does") {
  MediaCache cache(1000);
  auto item = std::make_shared<MediaItem>();
  item->key = Key(1);
  cache.Add(item);
  CHECK(cache.Find(Key(1)) == item);
  cache.Forget(*item);
  CHECK(cache.Find(Key(1)) == nullptr);
  cache.Add(item);
  item.reset();
  CHECK(cache.Find(Key(1)) == nullptr);
}
