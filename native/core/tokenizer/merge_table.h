// Which two neighbouring tokens byte-pair encoding joins, how early, and into which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace abstractllm {

// The lower the rank, the earlier.
struct Merge {
  static constexpr uint32_t kNever = UINT32_MAX;

  uint32_t rank = kNever;
  int32_t id = -1;
};

// Thread: any for Find, once all are added.
class MergeTable {
 public:
  // Room for `count` merges; further ones make it grow.
  void Reserve(size_t count);
  // A later merge of the same two takes the place of an earlier one.
  void Add(int32_t left, int32_t right, Merge merge);

  Merge Find(int32_t left, int32_t right) const {
    if (entries_.empty()) return {};
    const uint64_t key = Key(left, right);
    for (size_t slot = Place(key);; slot = (slot + 1) & mask_) {
      const Entry& entry = entries_[slot];
      if (entry.key == key) return entry.merge;
      if (entry.key == kEmpty) return {};
    }
  }

 private:
  // No id is negative, so no pair has this key.
  static constexpr uint64_t kEmpty = UINT64_MAX;

  struct Entry {
    uint64_t key = kEmpty;
    Merge merge;
  };

  static uint64_t Key(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
  }
  size_t Place(uint64_t key) const {
    uint64_t hash = key * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
    return static_cast<size_t>(hash) & mask_;
  }
  void Insert(const Entry& entry);

  std::vector<Entry> entries_;
  size_t mask_ = 0;
  size_t count_ = 0;
};

}  // namespace abstractllm
